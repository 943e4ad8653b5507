import type { Judgement } from '#domain';
import type { JudgeContext } from '#metrics';

/** Nothing passes before its interval is over, so that a verdict that passed rests on all of it. */
export function onceObserved(
  judgement: Judgement,
  { elapsedMs, intervalMs }: Pick<JudgeContext, 'elapsedMs' | 'intervalMs'>,
): Judgement {
  if (judgement.verdict !== 'passed' || elapsedMs >= intervalMs) return judgement;
  return { ...judgement, verdict: 'undecided', sentence: `good so far: ${judgement.sentence}` };
}
