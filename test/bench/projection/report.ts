import type { BenchReport } from '../bench.js';
import type { Filled } from './fill.js';
import type { ProjectionSteps } from './steps.js';

/** Events a second, from cold. */
const BARS = { PGlite: 3_000, PostgreSQL: 8_000 };

interface Measured {
  readonly filled: Filled;
  readonly embedded: ProjectionSteps;
  readonly server: ProjectionSteps | null;
  readonly cores: number;
}

export function report({ filled, embedded, server, cores }: Measured): BenchReport {
  const rows = [rowOf('PGlite', embedded), ...(server ? [rowOf('PostgreSQL', server)] : [])];
  const measured = [embedded, ...(server ? [server] : [])];
  return {
    bench: 'projection',
    rows,
    summary: {
      'events in the log': filled.events,
      releases: filled.releases,
      cores,
      'every event is a row, every release is there': measured.every((steps) => isWhole(filled, steps)),
      'both databases hold the same rows': server
        ? embedded.contents.digest === server.contents.digest
        : 'not measured',
      [`PGlite: at least ${BARS.PGlite} events/s`]: speed(embedded) >= BARS.PGlite,
      [`PostgreSQL: at least ${BARS.PostgreSQL} events/s`]: server ? speed(server) >= BARS.PostgreSQL : 'not measured',
    },
  };
}

function rowOf(database: string, steps: ProjectionSteps): BenchReport['rows'][number] {
  const { seconds, cpuSeconds, lag, yardstick } = steps;
  const bare = yardstick.rows / yardstick.seconds;
  return {
    database,
    'events/s': Math.round(speed(steps)),
    seconds: round(seconds),
    'cpu seconds': round(cpuSeconds),
    'bare rows/s': Math.round(bare),
    'events/s to bare rows/s': round(speed(steps) / bare),
    'load, orders/s': Math.round(lag.perSecond),
    'lag p50 ms': round(lag.p50),
    'lag p99 ms': round(lag.p99),
  };
}

function speed({ events, seconds }: ProjectionSteps): number {
  return events / seconds;
}

function isWhole({ events, releases }: Filled, { contents, complete }: ProjectionSteps): boolean {
  const ended = (contents.releases.completed ?? 0) + (contents.releases['rolled-back'] ?? 0);
  return contents.entries === events && contents.versions > 0 && ended === releases && complete;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
