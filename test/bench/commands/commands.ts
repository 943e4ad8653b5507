import type { Bench, BenchReport } from '../bench.js';
import { withPlane } from '../servers.js';
import { round } from '../statistics.js';
import { BareAppends } from './bare-appends.js';
import { startReleases } from './releases.js';
import { type Measured, measure } from './rounds.js';

const CLIENTS = [1, 32, 128];
const BAR = { clients: 32, ratio: 0.12, p99: 60 };

/** Commands by HTTP until their event is in the log and answered for, by way of all services. */
export const commandsBench: Bench = {
  about: 'gives commands by HTTP, each stored before it is answered, beside bare appends to JetStream',
  run: () =>
    withPlane(async (plane) => {
      const releases = await startReleases(plane, Math.max(...CLIENTS));
      const open = (tuned: boolean) => BareAppends.open(plane.nats, 'sluice.log.release.*', tuned);
      const bare = { asItComes: await open(false), tuned: await open(true) };
      const measured: Measured[] = [];
      try {
        for (const clients of CLIENTS) measured.push(await measure(plane, releases, bare, clients));
      } finally {
        await bare.asItComes.close();
        await bare.tuned.close();
      }
      return report(measured);
    }),
};

function report(measured: readonly Measured[]): BenchReport {
  const rows = measured.map(({ clients, commands, p50, p99, appends, ratio, tuned, tunedRatio }) => ({
    clients,
    'commands/s': Math.round(commands),
    'p50 ms': round(p50, 1),
    'p99 ms': round(p99, 1),
    'bare appends/s': Math.round(appends),
    ratio: round(ratio, 3),
    'without async traces/s': Math.round(tuned),
    'ratio to that': round(tunedRatio, 3),
  }));
  const judged = measured.find(({ clients }) => clients === BAR.clients);
  if (!judged) throw new Error(`${BAR.clients} clients were not measured`);
  return {
    bench: 'commands',
    rows,
    summary: {
      [`${BAR.clients} clients at ${BAR.ratio} of bare appends at least, met`]: judged.ratio >= BAR.ratio,
      [`${BAR.clients} clients with a p99 of ${BAR.p99} ms at most, met`]: judged.p99 <= BAR.p99,
    },
  };
}
