import type { EnvironmentSpec, Judgement } from '#domain';
import type { JudgeContext } from '#metrics';
import { ClosedLoop, countEntries, type EntryCounts, judgeClosedLoop } from '#traffic';
import type { Finding } from '../watching/observation.js';
import type { Round, ValidatorWatch } from '../watching/validator-watch.js';
import type { CallFeed, CallPositions, FeedRead } from './call-feed.js';
import { onceObserved } from './once-observed.js';

/** With fewer calls than this nothing is proven, whatever edges were seen. */
const MINIMUM_CALLS = 10;

/** STG-2: watches whether the calls of the environment stay inside. */
export class ClosedLoopWatch implements ValidatorWatch {
  readonly scrapes = null;
  readonly countsFromDeployment = true;
  private reading: { readonly at: string; readonly done: Promise<FeedRead> } | null = null;

  /** @param from where the last round that is in the log has left off: nothing that was read and not stored is lost */
  constructor(
    private readonly spec: EnvironmentSpec,
    private readonly feed: CallFeed,
    private readonly from: () => CallPositions,
  ) {}

  async observe({ at }: Round): Promise<Finding> {
    const loop = new ClosedLoop(this.spec);
    const { calls, damaged, unreadable, positions } = await this.read(at);
    for (const call of calls) loop.add(call);
    loop.addDamaged(damaged);
    return { kind: 'calls', tally: loop.take(), unreadable: [...unreadable], positions };
  }

  /** The calls of clients in this round, for routers that do not count themselves; null when nothing says. */
  async entriesOf(at: string): Promise<EntryCounts | null> {
    const { calls, unreadable } = await this.read(at);
    return unreadable.length > 0 ? null : countEntries(calls, this.spec);
  }

  /** Read once a round, whoever asks. */
  private read(at: string): Promise<FeedRead> {
    if (this.reading?.at !== at) this.reading = { at, done: this.feed.readFrom(this.from()) };
    return this.reading.done;
  }

  judge(findings: readonly Finding[], context: JudgeContext): Judgement {
    const seen = findings.flatMap((finding) => (finding.kind === 'calls' ? [finding] : []));
    const unreadable = seen.at(-1)?.unreadable ?? [];
    const tallies = seen.map(({ tally }) => tally);
    const judgement = judgeClosedLoop(tallies, this.spec, { minimumCalls: MINIMUM_CALLS, unreadable });
    return onceObserved(judgement, context);
  }
}
