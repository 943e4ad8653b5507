import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, BenchReport } from '../bench.js';
import { report } from './report.js';
import { measure } from './rounds.js';
import type { UnitPlaces } from './units.js';
import { startWays, type Way } from './ways.js';

const COUNTING_MS = 20_000;
const UNITS = fileURLToPath(new URL('./units.js', import.meta.url));

/** The ways to a unit side by side, in one run: what the tag costs, and what a router in between costs. */
export const trafficBench: Bench = {
  about: 'sends requests to a unit directly, tagged, and through the routers, and compares what they take',
  async run(): Promise<BenchReport> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
    const units = fork(UNITS);
    try {
      const { ways, skipped, processes } = await startWays(folder, await placesOf(units));
      try {
        const rounds = await measure(ways);
        return report({ ways, rounds, shares: await sharesOf(ways), skipped });
      } finally {
        await Promise.all(processes.map((process) => process.stop()));
      }
    } finally {
      if (units.connected) units.disconnect();
      await rm(folder, { recursive: true });
    }
  },
};

async function placesOf(units: ChildProcess): Promise<UnitPlaces> {
  const ended = once(units, 'exit').then(([code]) => {
    throw new Error(`the units ended with ${code} instead of listening`);
  });
  const [places] = (await Promise.race([once(units, 'message'), ended])) as [UnitPlaces];
  return places;
}

/** How much of each way's requests went to staging, in percent: that it was the way that its name says. */
async function sharesOf(ways: readonly Way[]): Promise<ReadonlyMap<string, number>> {
  const shares = new Map<string, number>();
  for (const { name, router } of ways) {
    const counts = (await router?.observe({ timeoutMs: COUNTING_MS }))?.production;
    if (counts) shares.set(name, (100 * counts.staging) / (counts.staging + counts.production));
  }
  return shares;
}
