import type { Judgement, StagingTraffic } from '#domain';
import { type JudgeContext, unavailable } from '#metrics';
import {
  addEntries,
  type EntryCounts,
  judgeTrafficShare,
  NO_ENTRIES,
  RouterError,
  type SideCounts,
  type TrafficObservation,
  type TrafficRouter,
} from '#traffic';
import type { Finding } from '../watching/observation.js';
import type { Round, ValidatorWatch } from '../watching/validator-watch.js';
import { onceObserved } from './once-observed.js';

const SHORTEST_WINDOW_MS = 2_000;

/** STG-1: watches whether staging receives the traffic that it is to receive, by what the router has really done. */
export class TrafficShareWatch implements ValidatorWatch {
  readonly scrapes = null;
  private last: TrafficObservation | null = null;

  /** @param entries what the records of calls say of this round's clients, for routers that do not count */
  constructor(
    private readonly asked: StagingTraffic,
    private readonly router: TrafficRouter,
    private readonly entries: (at: string) => Promise<EntryCounts | null>,
  ) {}

  async observe({ at, timeoutMs, signal }: Round): Promise<Finding> {
    try {
      const observed = await this.router.observe({ timeoutMs, signal });
      const entries = observed ? this.since(observed) : await this.entries(at);
      return entries
        ? { kind: 'share', at, entries }
        : { kind: 'nothing', why: 'nobody counts the requests of clients' };
    } catch (error) {
      if (!(error instanceof RouterError)) throw error;
      return { kind: 'nothing', why: error.message.slice(0, 2_000) };
    }
  }

  /**
   * What counts is the last stretch as long as the interval: a router that was away for a while lengthens the observation,
   * and does not spoil it for good.
   */
  judge(findings: readonly Finding[], { subject, intervalMs, elapsedMs }: JudgeContext): Judgement {
    const last = findings.at(-1);
    if (!last) return { verdict: 'undecided', sentence: 'the traffic was not looked at yet', evidence: {} };
    if (last.kind === 'nothing') return unavailable(subject, last.why);
    const counted = findings.flatMap((finding) => (finding.kind === 'share' ? [finding] : []));
    const from = Date.parse(counted.at(-1)?.at ?? '') - Math.max(SHORTEST_WINDOW_MS, intervalMs);
    const recent = counted.filter(({ at: then }) => Date.parse(then) >= from).map(({ entries }) => entries);
    const judgement = judgeTrafficShare(this.asked, recent.reduce(addEntries, NO_ENTRIES));
    return onceObserved(judgement, { elapsedMs, intervalMs });
  }

  /** What was added since the last look; nothing at the first one, and when the router has begun to count anew. */
  private since(now: TrafficObservation): EntryCounts {
    const { last } = this;
    this.last = now;
    if (last?.epoch !== now.epoch) return NO_ENTRIES;
    return { internal: more(last.internal, now.internal), production: more(last.production, now.production) };
  }
}

function more(before: SideCounts, now: SideCounts): SideCounts {
  return { staging: now.staging - before.staging, production: now.production - before.production };
}
