import { randomUUID } from 'node:crypto';
import { environmentOf, isStarted, next, stagingNow } from '#domain';
import {
  attributesOf,
  type Clock,
  causedBy,
  dieWith,
  inSpan,
  type Logger,
  type ReleaseBook,
  type ReleaseFile,
  untilStored,
  type Which,
} from '#runtime';
import { probeStack } from '#traffic';
import { CallFeed } from './call-feed.js';
import type { OtlpInbox } from './otlp-inbox.js';

const PROBE_MS = 20_000;

interface Tools {
  readonly book: ReleaseBook;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly inbox: OtlpInbox;
  /** Whether a release is this observer's to probe. */
  readonly holds: Which;
}

interface Probe {
  readonly deployedAt: string;
  readonly stopping: AbortController;
  readonly done: Promise<void>;
}

/** STG-2: tries out the closed loop of each environment that is deployed and has no traffic yet. */
export class Prober {
  private readonly probes = new Map<string, Probe>();
  private readonly alarms = new Map<string, () => void>();
  private stopped = false;

  constructor(private readonly tools: Tools) {}

  /** Begins a probe that is due, calls off one that is not wanted any more, and comes back when the next one is due. */
  look(file: ReleaseFile): void {
    const { release, state } = file;
    this.alarms.get(release)?.();
    this.alarms.delete(release);
    if (this.stopped) return;
    const running = this.probes.get(release);
    const wanted = isStarted(state) ? (stagingNow(state)?.batch.deployedAt ?? null) : null;
    if (!this.tools.holds(release)) {
      running?.stopping.abort();
      return;
    }
    if (running) {
      if (running.deployedAt !== wanted || !isProbing(file)) running.stopping.abort();
      return;
    }
    const { staging, wakeAt } = next(state, this.tools.clock.now());
    if (staging?.kind === 'probe') this.begin(file, staging.deployedAt);
    else if (wakeAt !== null && isStarted(state) && state.traffic?.probeRetryAt)
      this.alarms.set(
        release,
        this.tools.clock.wakeAt(wakeAt, () => this.look(file)),
      );
  }

  /** Resolves when the probe of a release that was called off has ended. */
  async ended(release: string): Promise<void> {
    await this.probes.get(release)?.done;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const callOff of this.alarms.values()) callOff();
    for (const { stopping } of this.probes.values()) stopping.abort();
    await Promise.all([...this.probes.values()].map(({ done }) => done));
  }

  private say(release: string, error: unknown): void {
    this.tools.logger.warn({ release, err: error }, 'the log is away; waiting');
  }

  private begin(file: ReleaseFile, deployedAt: string): void {
    const stopping = new AbortController();
    const { release, traces } = file;
    const about = { origin: causedBy(traces.work), attributes: attributesOf({ release }) };
    const done = inSpan('probe staging', about, () => this.probe(file, deployedAt, stopping.signal))
      .finally(() => this.probes.delete(file.release))
      .then(() => this.look(file), dieWith(this.tools.logger, `probing staging of ${file.release}`));
    this.probes.set(file.release, { deployedAt, stopping, done });
  }

  private async probe(file: ReleaseFile, deployedAt: string, signal: AbortSignal): Promise<void> {
    const { state, release } = file;
    if (!isStarted(state) || !state.plan.staging) return;
    const feed = new CallFeed(state.plan.staging.spec, this.tools.inbox);
    try {
      let positions = await feed.ends();
      const judgement = await probeStack(environmentOf(state.plan.staging), {
        id: randomUUID(),
        timeoutMs: PROBE_MS,
        signal,
        readCalls: async () => {
          const read = await feed.readFrom(positions);
          positions = read.positions;
          return read;
        },
      });
      // One that was called off says nothing about the environment.
      if (signal.aborted) return;
      // Where the probe has stopped reading, the observation goes on.
      const evidence = { ...judgement.evidence, positions };
      const order = { type: 'record-probe', deployedAt, ...judgement, evidence } as const;
      const by = { commandId: randomUUID(), actor: { kind: 'service', id: 'observer' } } as const;
      await untilStored(
        () => this.tools.book.order(release, order, by),
        signal,
        (error) => this.say(release, error),
      );
    } finally {
      feed.close();
    }
  }
}

/** The environment still waits for the word of a probe. */
function isProbing({ state }: ReleaseFile): boolean {
  if (!isStarted(state) || (state.status !== 'running' && state.status !== 'held')) return false;
  const staging = stagingNow(state);
  return staging?.batch.status === 'observing' && staging.traffic.probe?.verdict !== 'passed';
}
