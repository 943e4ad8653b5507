import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, BenchReport } from '../bench.js';
import { startChild } from '../child.js';
import { report } from './report.js';
import { measure } from './rounds.js';
import type { UnitPlaces } from './units.js';
import { startWays, type Way } from './ways.js';

const COUNTING_MS = 20_000;
const UNITS = new URL('./units.js', import.meta.url);

/** The ways to a unit side by side, in one run: what the tag costs, and what a router in between costs. */
export const trafficBench: Bench = {
  about: 'sends requests to a unit directly, tagged, and through the routers, and compares what they take',
  async run(): Promise<BenchReport> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
    const units = await startChild<UnitPlaces>(UNITS);
    try {
      const { ways, skipped, processes } = await startWays(folder, units.said);
      try {
        const rounds = await measure(ways);
        return report({ ways, rounds, shares: await sharesOf(ways), skipped });
      } finally {
        await Promise.all(processes.map((process) => process.stop()));
      }
    } finally {
      await units.stop();
      await rm(folder, { recursive: true });
    }
  },
};

/** How much of each way's requests went to staging, in percent: that it was the way that its name says. */
async function sharesOf(ways: readonly Way[]): Promise<ReadonlyMap<string, number>> {
  const shares = new Map<string, number>();
  for (const { name, router } of ways) {
    const counts = (await router?.observe({ timeoutMs: COUNTING_MS }))?.production;
    if (counts) shares.set(name, (100 * counts.staging) / (counts.staging + counts.production));
  }
  return shares;
}
