import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { findBatch, isStaging, isStarted, type Judgement, type Started, stagingNow, toMs } from '#domain';
import { scrapeUnits } from '#metrics';
import {
  attributesOf,
  type Clock,
  causedBy,
  inSpan,
  iso,
  type Logger,
  pause,
  type ReleaseBook,
  type ReleaseFile,
  untilStored,
} from '#runtime';
import { CallFeed } from '../staging/call-feed.js';
import type { OtlpInbox } from '../staging/otlp-inbox.js';
import { CLOSED_LOOP, stagingWatches } from '../staging/staging-watches.js';
import { findingsOf, type RoundObserved } from './observation.js';
import { ObservationLog } from './observation-log.js';
import { type RoundTiming, roundTiming, untilNextRound } from './round-timing.js';
import { batchBefore, watchedUnits } from './sides.js';
import type { Round, ValidatorWatch } from './validator-watch.js';
import type { WatchMetrics } from './watch-metrics.js';
import { watchedMs } from './watched-time.js';
import { releaseWatches } from './watches.js';

const MOST_LISTENERS = 1_000;
interface Tools {
  readonly book: ReleaseBook;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly inbox: OtlpInbox;
  readonly metrics: WatchMetrics;
  readonly timeoutMs: number;
}

/** Watches one deployment of one batch, round after round, until it is told to stop. */
export class BatchWatch {
  private readonly log: ObservationLog;
  private readonly stopping = new AbortController();
  private watches = new Map<string, ValidatorWatch>();
  private feed: CallFeed | null = null;

  /** @param deployedAt which deployment of the batch this is about */
  constructor(
    private readonly file: ReleaseFile,
    private readonly batch: string,
    private readonly deployedAt: string,
    private readonly tools: Tools,
  ) {
    this.log = new ObservationLog(tools.book.store, file.release, batch);
    // Every question to a unit listens, and many are asked side by side.
    setMaxListeners(MOST_LISTENERS, this.stopping.signal);
  }

  stop(): void {
    this.stopping.abort();
  }

  /** @throws what cannot be retried; a log that is away is waited for */
  async run(): Promise<void> {
    try {
      await this.untilStored(() => this.begin());
      while (!this.stopping.signal.aborted) {
        // Each round is a trace of its own: a batch may be watched for hours.
        const origin = causedBy(this.file.traces.work);
        await inSpan('observe', { origin, attributes: attributesOf(this.place) }, () =>
          this.tools.metrics.round(() => this.round()),
        );
        await pause(untilNextRound(this.timing(), this.intervalMs(), this.watchedMs()), this.stopping.signal);
      }
    } finally {
      this.feed?.close();
    }
  }

  private async begin(): Promise<void> {
    await this.log.catchUp();
    const state = this.started();
    const before = batchBefore(state, this.batch);
    const beforeLog = new ObservationLog(this.tools.book.store, this.file.release, before ?? '');
    if (before) await beforeLog.catchUp();
    const known = { subject: this.subject(), rounds: this.log.rounds(this.deployedAt), before: beforeLog.latest() };
    this.watches = releaseWatches(state, known);
    const staging = this.staging();
    if (!staging) return;
    this.feed ??= new CallFeed(staging.planned.spec, this.tools.inbox);
    const own = stagingWatches(staging, this.feed, () => this.log.rounds(this.deployedAt));
    for (const [name, watch] of own) this.watches.set(name, watch);
  }

  private async round(): Promise<void> {
    const { book, clock, metrics } = this.tools;
    const round = this.prepare(iso(clock.now()));
    const found = await Promise.all(
      [...this.watches].map(async ([name, watch]) => [name, await watch.observe(round)] as const),
    );
    // What was cut off by stopping says nothing about the units.
    if (this.stopping.signal.aborted) return;
    const findings = Object.fromEntries(found.flatMap(([name, finding]) => (finding ? [[name, finding]] : [])));
    const { release } = this.file;
    const observed = { release, batch: this.batch, deployedAt: this.deployedAt, at: round.at, findings };
    if (Object.keys(findings).length > 0) await this.untilStored(() => this.log.add(observed));
    for (const [name, watch] of this.watches) {
      const judgement = this.judge(name, watch);
      if (!this.isToBeJudged(name, judgement)) continue;
      if (!this.isNews(name, judgement)) continue;
      const order = {
        type: 'record-verdict',
        batch: this.batch,
        validator: name,
        deployedAt: this.deployedAt,
        ...judgement,
      } as const;
      const by = { commandId: randomUUID(), actor: { kind: 'service', id: 'observer' } } as const;
      const { verdict } = judgement;
      const attributes = { ...attributesOf(this.place), 'sluice.validator': name, 'sluice.verdict': verdict };
      await inSpan('verdict', { attributes }, () =>
        this.untilStored(async () => metrics.count(await book.order(release, order, by), this.file.state)),
      );
      this.tools.logger.info({ ...this.place, validator: name, verdict }, 'a validator has judged');
    }
  }

  private prepare(at: string): Round {
    const units = watchedUnits(this.started(), this.batch);
    const { timeoutMs } = this.tools;
    const { signal } = this.stopping;
    const asked = new Map<string, ReturnType<typeof scrapeUnits>>();
    const scrape = (path: string) => {
      const running =
        asked.get(path) ??
        scrapeUnits([...units.changed, ...units.control], path, { names: this.names(path), timeoutMs, signal });
      asked.set(path, running);
      return running;
    };
    return { at, units, timeoutMs, signal, scrape };
  }

  private names(path: string): string[] {
    return [...this.watches.values()].flatMap(({ scrapes }) => (scrapes?.path === path ? scrapes.names : []));
  }

  private judge(name: string, watch: ValidatorWatch): Judgement {
    const rounds = watch.countsFromDeployment ? this.log.rounds(this.deployedAt) : this.rounds();
    const findings = findingsOf(rounds, name);
    const elapsedMs = this.watchedMs();
    return watch.judge(findings, { subject: this.subject(), elapsedMs, intervalMs: this.intervalMs() });
  }

  /** While traffic comes in to staging and leaves it, one thing alone counts: that no call gets out. */
  private isToBeJudged(name: string, { verdict }: Judgement): boolean {
    const staging = this.staging();
    if (!staging || (this.state().observedFrom !== null && !staging.traffic.leaving)) return true;
    return name === CLOSED_LOOP && verdict === 'failed';
  }

  /** That nothing is decided yet goes without saying while the interval lasts. */
  private isNews(validator: string, { verdict }: Judgement): boolean {
    const known = this.state().verdicts.get(validator)?.verdict;
    const expected = verdict === 'undecided' && known === undefined && this.watchedMs() < this.intervalMs();
    return known !== verdict && !expected;
  }

  private subject(): string {
    const state = this.started();
    const cluster = findBatch(state, this.batch)?.planned.cluster;
    return `${state.spec.service} ${state.spec.version} on ${cluster}`;
  }

  private timing(): RoundTiming {
    return roundTiming(this.intervalMs(), this.staging() !== null);
  }

  private intervalMs(): number {
    return toMs(this.state().interval);
  }

  /** Time in which nobody looked, because the observer was away, does not count as observation. */
  private watchedMs(): number {
    const moments = this.rounds().map((round) => Date.parse(round.at));
    return watchedMs(moments, this.timing().longestGapMs);
  }

  /** The rounds of the interval: for staging, those since all of its traffic was there. */
  private rounds(): RoundObserved[] {
    const from = this.state().observedFrom;
    const all = this.log.rounds(this.deployedAt);
    return from === null ? [] : all.filter((round) => round.at >= from);
  }

  private staging() {
    const state = this.started();
    const found = findBatch(state, this.batch);
    return found && isStaging(state, found.number) ? stagingNow(state) : null;
  }

  private state() {
    const found = findBatch(this.started(), this.batch);
    if (!found) throw new Error(`release ${this.file.release} has no batch ${this.batch}`);
    return found.state;
  }

  private started(): Started {
    const { state } = this.file;
    if (!isStarted(state)) throw new Error(`release ${this.file.release} has not started`);
    return state;
  }

  private async untilStored(store: () => Promise<unknown>): Promise<void> {
    await untilStored(store, this.stopping.signal, (error) =>
      this.tools.logger.warn({ ...this.place, err: error }, 'the log is away; waiting'),
    );
  }

  private get place() {
    return { release: this.file.release, batch: this.batch };
  }
}
