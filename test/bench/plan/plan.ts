import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bench, BenchReport } from '../bench.js';
import { RELEASE_TEXT, topologyText } from './documents.js';
import type { PlanSteps } from './steps.js';

const STEPS = fileURLToPath(new URL('./steps.js', import.meta.url));
const RUNS = 3;
const SIZES = [
  { units: 1_000, clusters: 10 },
  { units: 10_000, clusters: 100 },
  { units: 100_000, clusters: 1_000 },
];
const BAR = { milliseconds: 1_000, megabytes: 400, timesAsLong: 12 };

/** Reading and planning from YAML, in a fresh process for each run; the middle one of three counts. */
export const planBench: Bench = {
  about: 'reads topologies of 1,000 to 100,000 units from YAML and plans a release over them',
  async run(): Promise<BenchReport> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
    try {
      const measured: { units: number; clusters: number; steps: PlanSteps }[] = [];
      for (const size of SIZES) measured.push({ ...size, steps: await middleRun(folder, size) });
      return report(measured);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function middleRun(folder: string, { units, clusters }: { units: number; clusters: number }): Promise<PlanSteps> {
  const files = { topology: join(folder, `topology-${units}.yaml`), release: join(folder, 'release.yaml') };
  await writeFile(files.topology, topologyText(units, clusters));
  await writeFile(files.release, RELEASE_TEXT);
  const runs: PlanSteps[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, [STEPS, files.topology, files.release]);
    runs.push(JSON.parse(stdout) as PlanSteps);
  }
  const [middle] = runs.sort((a, b) => a.total - b.total).slice(Math.floor(RUNS / 2));
  if (!middle) throw new Error('nothing was measured');
  return middle;
}

function report(measured: readonly { units: number; clusters: number; steps: PlanSteps }[]): BenchReport {
  const rows = measured.map(({ units, clusters, steps }) => ({
    units,
    clusters,
    batches: steps.batches,
    'parse ms': Math.round(steps.parse),
    'plan ms': Math.round(steps.plan),
    'total ms': Math.round(steps.total),
    'cpu ms': Math.round(steps.cpu),
    'peak RSS MB': Math.round(steps.peakRss),
    'yardstick ms': round(steps.yardstick),
    'parse + plan / yardstick': round((steps.parse + steps.plan) / steps.yardstick),
  }));
  const [smaller, largest] = measured.slice(-2).map(({ steps }) => steps);
  if (!smaller || !largest) throw new Error('there are fewer than two sizes');
  const timesAsLong = round((largest.parse + largest.plan) / (smaller.parse + smaller.plan));
  return {
    bench: 'plan',
    rows,
    summary: {
      'ten times the units take so many times as long': timesAsLong,
      'at most twelve times as long': timesAsLong <= BAR.timesAsLong,
      'largest, from the start of the process, in 1 s and 400 MB':
        largest.total <= BAR.milliseconds && largest.peakRss <= BAR.megabytes,
    },
  };
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
