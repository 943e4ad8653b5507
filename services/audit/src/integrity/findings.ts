import type { IntegrityProblem, IntegrityReport } from '#messaging';
import type { Comparison } from './compare.js';

const MOST_MISMATCHES = 100;

/** Gathers what a check finds: the first problem, and mismatches up to a number that a person can read. */
export class Findings {
  private firstProblem: IntegrityProblem | null = null;
  private readonly mismatches: IntegrityReport['mismatches'][number][] = [];

  problem(problem: IntegrityProblem | null): void {
    this.firstProblem ??= problem;
  }

  comparison({ mismatch, cutOff }: Omit<Comparison, 'standing'>): void {
    this.problem(cutOff);
    if (mismatch && this.mismatches.length < MOST_MISMATCHES) this.mismatches.push(mismatch);
  }

  report(counts: { readonly streams: number; readonly events: number }): IntegrityReport {
    const { firstProblem, mismatches } = this;
    return { ok: firstProblem === null && mismatches.length === 0, ...counts, firstProblem, mismatches };
  }
}
