import type { Judgement } from '#domain';
import type { JudgeContext, ScrapeResult } from '#metrics';
import type { Finding } from './observation.js';
import type { WatchedUnits } from './sides.js';

/** What a round hands to a validator. */
export interface Round {
  /** ISO-8601. */
  readonly at: string;
  readonly units: WatchedUnits;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What the units expose at a path; asked once for all validators of the round. */
  scrape(path: string): Promise<ReadonlyMap<string, ScrapeResult>>;
}

/** One validator at work on one batch. */
export interface ValidatorWatch {
  /** What it needs of what units expose, by path. */
  readonly scrapes: { readonly path: string; readonly names: readonly string[] } | null;
  /** It also judges by what it found before all of staging's traffic was there: traffic has no part in that. */
  readonly countsFromDeployment?: true;
  /** Looks once. Null: there is nothing more to look at. */
  observe(round: Round): Promise<Finding | null>;
  /** Judges by all that was found since the batch was deployed, in staging since all of its traffic was there. Pure. */
  judge(findings: readonly Finding[], context: JudgeContext): Judgement;
}
