import { z } from 'zod';

export const VERDICTS = ['passed', 'failed', 'undecided', 'unavailable', 'cancelled'] as const;
/** What a validator says of a batch. Only `passed` opens a gate; no data is never a pass. */
export type VerdictKind = (typeof VERDICTS)[number];

/** What was measured: plain JSON, enough to see why. */
export const Evidence = z.record(z.string(), z.unknown());
export type Evidence = z.infer<typeof Evidence>;

/** A validator's judgement of a batch, in one plain sentence, with what it rests on. */
export interface Judgement {
  readonly verdict: VerdictKind;
  readonly sentence: string;
  readonly evidence: Evidence;
}
