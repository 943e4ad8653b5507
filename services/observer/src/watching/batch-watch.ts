import { randomUUID } from 'node:crypto';
import { findBatch, isStarted, type Judgement, type Started, toMs, type Validator, validatorKind } from '#domain';
import { scrapeUnits } from '#metrics';
import { type Clock, iso, isRetryable, type Logger, pause, type ReleaseBook, type ReleaseFile } from '#runtime';
import { latencyWatch, metricWatch } from './counter-watch.js';
import { FileWatch } from './file-watch.js';
import { LogWatch } from './log-watch.js';
import { type Finding, findingsOf } from './observation.js';
import { ObservationLog } from './observation-log.js';
import { batchBefore, watchedUnits } from './sides.js';
import type { Round, ValidatorWatch } from './validator-watch.js';
import { watchedMs } from './watched-time.js';

const ROUNDS_AN_INTERVAL = 20;
const SHORTEST_PERIOD_MS = 500;
const LONGEST_PERIOD_MS = 5_000;
const STORE_AWAY_MS = 1_000;
/** Rounds further apart than this, or than so many periods, have a hole between them. */
const LONGEST_GAP_MS = 5_000;
const PERIODS_A_GAP = 4;

interface Tools {
  readonly book: ReleaseBook;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timeoutMs: number;
}

/** Watches one deployment of one batch, round after round, until it is told to stop. */
export class BatchWatch {
  private readonly log: ObservationLog;
  private readonly stopping = new AbortController();
  private watches = new Map<string, ValidatorWatch>();

  /** @param deployedAt which deployment of the batch this is about */
  constructor(
    private readonly file: ReleaseFile,
    private readonly batch: string,
    private readonly deployedAt: string,
    private readonly tools: Tools,
  ) {
    this.log = new ObservationLog(tools.book.store, file.release, batch);
  }

  stop(): void {
    this.stopping.abort();
  }

  /** @throws what cannot be retried; a log that is away is waited for */
  async run(): Promise<void> {
    await this.untilStored(() => this.begin());
    while (!this.stopping.signal.aborted) {
      await this.round();
      await pause(this.untilNextRound(), this.stopping.signal);
    }
  }

  private async begin(): Promise<void> {
    await this.log.catchUp();
    const state = this.started();
    const before = batchBefore(state, this.batch);
    const beforeLog = new ObservationLog(this.tools.book.store, this.file.release, before ?? '');
    if (before) await beforeLog.catchUp();
    const watched = state.spec.validate.filter((validator) => !validator.confirm);
    this.watches = new Map(
      watched.map((validator) => [
        validator.name,
        this.watchFor(validator, findingsOf(beforeLog.latest(), validator.name)),
      ]),
    );
  }

  private watchFor(validator: Validator, before: readonly Finding[]): ValidatorWatch {
    const { metric, latency, log, file } = validator;
    if (metric) return metricWatch(metric, before);
    if (latency) return latencyWatch(latency, before);
    if (log) return new LogWatch(log);
    if (file) return new FileWatch(file, this.subject(), this.wasRead(validator.name));
    throw new Error(`${validator.name} is a ${validatorKind(validator)} validator, which nobody watches`);
  }

  private wasRead(validator: string): boolean {
    const last = findingsOf(this.log.rounds(this.deployedAt), validator).at(-1);
    return last?.kind === 'file' && last.judgement.verdict === 'passed';
  }

  private async round(): Promise<void> {
    const { book, clock } = this.tools;
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
      if (!this.isNews(name, judgement)) continue;
      const order = {
        type: 'record-verdict',
        batch: this.batch,
        validator: name,
        deployedAt: this.deployedAt,
        ...judgement,
      } as const;
      const by = { commandId: randomUUID(), actor: { kind: 'service', id: 'observer' } } as const;
      await this.untilStored(() => book.order(release, order, by));
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
    const findings = findingsOf(this.log.rounds(this.deployedAt), name);
    const elapsedMs = this.watchedMs();
    const intervalMs = toMs(this.state().interval);
    return watch.judge(findings, { subject: this.subject(), elapsedMs, intervalMs });
  }

  /** That nothing is decided yet goes without saying while the interval lasts. */
  private isNews(validator: string, { verdict }: Judgement): boolean {
    const known = this.state().verdicts.get(validator)?.verdict;
    const expected = verdict === 'undecided' && known === undefined && this.watchedMs() < toMs(this.state().interval);
    return known !== verdict && !expected;
  }

  private subject(): string {
    const state = this.started();
    const cluster = findBatch(state, this.batch)?.planned.cluster;
    return `${state.spec.service} ${state.spec.version} on ${cluster}`;
  }

  /** A round falls on the moment at which the batch has been watched for long enough, so that nobody waits for the next. */
  private untilNextRound(): number {
    const left = toMs(this.state().interval) - this.watchedMs();
    return left > 0 ? Math.min(this.period(), left) : this.period();
  }

  private period(): number {
    const period = toMs(this.state().interval) / ROUNDS_AN_INTERVAL;
    return Math.min(LONGEST_PERIOD_MS, Math.max(SHORTEST_PERIOD_MS, period));
  }

  /** Time in which nobody looked, because the observer was away, does not count as observation. */
  private watchedMs(): number {
    const moments = this.log.rounds(this.deployedAt).map((round) => Date.parse(round.at));
    return watchedMs(moments, Math.max(LONGEST_GAP_MS, PERIODS_A_GAP * this.period()));
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
    while (!this.stopping.signal.aborted) {
      try {
        await store();
        return;
      } catch (error) {
        if (!isRetryable(error)) throw error;
        this.tools.logger.warn(
          { release: this.file.release, batch: this.batch, err: error },
          'the log is away; waiting',
        );
        await pause(STORE_AWAY_MS, this.stopping.signal);
      }
    }
  }
}
