import { cpus } from 'node:os';
import type { Bench, BenchReport } from '../bench.js';
import { type Round, round, type Work } from './round.js';

const EXECUTORS = [1, 2, 3, 4];
const WORK: Work = { releases: 400, unitsEach: 4, slots: 64 };

/** The same releases by one executor and by several, each number of them over a log of its own. */
export const scaleBench: Bench = {
  about: `carries out ${WORK.releases} releases at the same time with 1 to ${EXECUTORS.at(-1)} executors`,
  async run(): Promise<BenchReport> {
    const rounds: Round[] = [];
    for (const executors of EXECUTORS) rounds.push(await round(executors, WORK));
    return report(rounds);
  },
};

function report(rounds: readonly Round[]): BenchReport {
  const units = WORK.releases * WORK.unitsEach;
  const alone = rounds[0]?.seconds ?? Number.NaN;
  return {
    bench: 'scale',
    rows: rounds.map(({ executors, seconds, changes, completed, bare }) => ({
      executors,
      seconds: hundredths(seconds),
      'units changed/s': Math.round(units / seconds),
      'times as fast as one': hundredths(alone / seconds),
      'bare runs/s': Math.round(bare),
      'units changed/s to bare runs/s': hundredths(units / seconds / bare),
      completed,
      changes,
    })),
    summary: {
      releases: WORK.releases,
      units,
      'units that an executor changes at once': WORK.slots,
      cores: cpus().length,
      'every release completed, every unit changed once': rounds.every(
        ({ completed, changes, running }) => completed === WORK.releases && changes === units && running === units,
      ),
    },
  };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
