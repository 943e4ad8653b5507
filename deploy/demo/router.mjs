import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tailOf } from '../local/log-file.mjs';
import { ManagedProcess } from '../local/managed-process.mjs';
import { SetupError } from '../local/run.mjs';
import { until } from '../local/wait.mjs';
import { stackFiles } from './fleet.mjs';
import { isHealthy } from './unit/unit-process.mjs';

const START_MS = 10_000;

/**
 * HAProxy before both stacks, with the configuration that Sluice generates from the environment.
 * @param {import('../local/haproxy.mjs').Haproxy} haproxy
 * @param {import('./fleet.mjs').Fleet} fleet
 */
export async function createRouter(haproxy, { folder, layout, documents }) {
  // They are built by now; when this file is read they may not be.
  const [{ Environment }, { CLOSED_SHARES, haproxyConfiguration }] = await Promise.all([
    import('#domain'),
    import('#traffic'),
  ]);
  const { map, calls } = stackFiles(folder);
  const configuration = join(folder, 'haproxy.cfg');
  writeFileSync(map, CLOSED_SHARES);
  writeFileSync(configuration, haproxyConfiguration(Environment.parse(documents.environment)));
  const router = new ManagedProcess({
    name: 'HAProxy',
    // Its standard output has the records of calls and nothing else, in a file that nobody cuts.
    command: '/bin/sh',
    args: ['-c', 'exec "$0" -db -f "$1" >>"$2"', haproxy.path, configuration, calls.router],
    marker: configuration,
    logFile: join(folder, 'haproxy.log'),
    pidFile: join(folder, 'haproxy.pid'),
  });
  return {
    url: `http://${layout.entry}`,
    /** Ends when it lets clients through to production. */
    async start() {
      router.start();
      const up = await until(async () => router.deaths > 0 || (await isHealthy(layout.entry)), { timeoutMs: START_MS });
      if (up && router.deaths === 0) return;
      throw new SetupError(`HAProxy did not come up:\n${tailOf(router.logFile)}`);
    },
    stop: () => router.stop(),
  };
}
