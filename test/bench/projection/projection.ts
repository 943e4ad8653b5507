import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bench, BenchReport } from '../bench.js';
import { EVENTS, type Filled, fill } from './fill.js';
import { startLogServer } from './log-server.js';
import { startPostgres } from './postgres-server.js';
import { report } from './report.js';
import type { ProjectionSteps } from './steps.js';

const STEPS = fileURLToPath(new URL('./steps.js', import.meta.url));

/** The read models from cold, and following the log under load; each database in a process of its own. */
export const projectionBench: Bench = {
  about: `makes the read models from a log of ${EVENTS} events on PGlite and on PostgreSQL, and follows it under load`,
  async run(): Promise<BenchReport> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
    const running: { stop(): Promise<void> }[] = [];
    try {
      const log = await startLogServer(folder);
      running.push(log.process);
      const filled = await fill(log.url);
      const embedded = await stepsOf(log.url, filled, join(folder, 'data'));
      const own = process.env.DATABASE_URL ? null : await startPostgres();
      if (own) running.push(own);
      const url = process.env.DATABASE_URL ?? own?.url;
      if (url === undefined) console.error(NO_POSTGRES);
      // What the first database was tried with stands in the log as well by now.
      const server = url === undefined ? null : await stepsOf(log.url, filled, join(folder, 'data'), url);
      return report({ filled, embedded, server, cores: cpus().length });
    } finally {
      for (const server of running.reverse()) await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const NO_POSTGRES = `
  NOTHING IS MEASURED ON POSTGRESQL: this machine has no package of it (Debian: apt-get install postgresql).
  Install it, or give the URL of an empty database in DATABASE_URL.
`;

async function stepsOf(log: string, { head }: Filled, data: string, url?: string): Promise<ProjectionSteps> {
  const what = [log, String(head), data, ...(url ? [url] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, [STEPS, ...what]);
  return JSON.parse(stdout) as ProjectionSteps;
}
