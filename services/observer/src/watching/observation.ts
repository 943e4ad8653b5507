import { z } from 'zod';
import { type Judgement, VERDICTS } from '#domain';
import type { LogTally, Tally } from '#metrics';
import { CallTally, type EntryCounts } from '#traffic';
import { CallPositions } from '../staging/call-feed.js';

const Missing = z.object({ count: z.int(), some: z.array(z.object({ unit: z.string(), why: z.string() })).readonly() });
const Totals = z.record(z.string(), z.number());

const CounterTally = z.object({
  at: z.string(),
  changed: Totals,
  control: Totals,
  missing: z.object({ changed: Missing, control: Missing }),
}) satisfies z.ZodType<Tally>;

const LogRoundTally = z.object({
  since: z.string(),
  at: z.string(),
  matches: z.number(),
  missing: Missing,
  behind: z.int(),
}) satisfies z.ZodType<LogTally>;

const FileJudgement = z.object({
  verdict: z.enum(VERDICTS),
  sentence: z.string(),
  evidence: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<Judgement>;

const SideTotals = z.object({ staging: z.number(), production: z.number() });
const Entries = z.object({ internal: SideTotals, production: SideTotals }) satisfies z.ZodType<EntryCounts>;

/** What one validator found in one round. */
export const Finding = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('counters'), tally: CounterTally }),
  z.object({ kind: z.literal('log'), tally: LogRoundTally }),
  z.object({ kind: z.literal('file'), judgement: FileJudgement }),
  z.object({
    kind: z.literal('calls'),
    tally: CallTally,
    unreadable: z.array(z.string()),
    /** How far each file was read, for the next round. */
    positions: CallPositions,
  }),
  /** Requests of clients since the last round. */
  z.object({ kind: z.literal('share'), at: z.string(), entries: Entries }),
  /** Nothing could be found out at all, and why. */
  z.object({ kind: z.literal('nothing'), why: z.string() }),
]);
export type Finding = z.infer<typeof Finding>;

/** `RoundObserved.v1`: one look at a batch by all its validators. All rounds of a deployment are its evidence. */
export const RoundObserved = z.object({
  release: z.string(),
  batch: z.string(),
  /** Which deployment of the batch was looked at: one that was put back and deployed again is another one. */
  deployedAt: z.string(),
  at: z.string(),
  findings: z.record(z.string(), Finding),
});
export type RoundObserved = z.infer<typeof RoundObserved>;

export const ROUND_OBSERVED = 'RoundObserved.v1';

/** The findings of one validator over all rounds of one deployment, oldest first. */
export function findingsOf(rounds: readonly RoundObserved[], validator: string): Finding[] {
  return rounds.flatMap((round) => round.findings[validator] ?? []);
}

export function counterTallies(findings: readonly Finding[]): Tally[] {
  return findings.flatMap((finding) => (finding.kind === 'counters' ? [finding.tally] : []));
}

export function logTallies(findings: readonly Finding[]): LogTally[] {
  return findings.flatMap((finding) => (finding.kind === 'log' ? [finding.tally] : []));
}
