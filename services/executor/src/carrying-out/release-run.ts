import { randomUUID } from 'node:crypto';
import { type Effect, next } from '#domain';
import {
  attributesOf,
  type Clock,
  causedBy,
  inSpan,
  type Orderer,
  outsideTraces,
  type ReleaseBook,
  type ReleaseFile,
  untilStored,
} from '#runtime';
import { TrafficRun } from './traffic-run.js';
import type { TrafficWork } from './traffic-work.js';
import type { UnitWork } from './unit-work.js';

/** Steps that are due by themselves are taken by rules; each event of theirs names which. */
function byRule(): Orderer {
  return { commandId: randomUUID(), actor: { kind: 'service', id: 'executor' } };
}

/**
 * Carries out one release: asks `next` what is due, does it, asks again. All it remembers is what it has in hand;
 * after a crash the log says the rest.
 */
export class ReleaseRun {
  private readonly inHand = new Map<string, Promise<void>>();
  private readonly traffic: TrafficRun;
  private looking = false;
  private lookAgain = false;
  private callOff: () => void = () => undefined;
  private finish: () => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;

  /** Resolves when the release has ended and nothing is in hand any more; rejects on what cannot be retried. */
  readonly ended = new Promise<void>((resolve, reject) => {
    this.finish = resolve;
    this.fail = reject;
  });

  constructor(
    private readonly file: ReleaseFile,
    private readonly book: ReleaseBook,
    private readonly clock: Clock,
    private readonly work: UnitWork,
    traffic: TrafficWork,
    private readonly signal: AbortSignal,
  ) {
    this.traffic = new TrafficRun(
      file,
      traffic,
      signal,
      () => this.look(),
      (error) => this.fail(error),
    );
  }

  /** Something may have become due: look, now or right after the look that is under way. */
  look(): void {
    this.lookAgain = true;
    if (this.looking) return;
    this.looking = true;
    outsideTraces(() => this.lookUntilQuiet()).then(
      () => {
        this.looking = false;
        // Somebody may have asked for another look after the last one and before this line.
        if (this.lookAgain && !this.signal.aborted) this.look();
      },
      (error: unknown) => this.fail(error),
    );
  }

  /** Waits for what is in hand, which the signal has told to stop. */
  async stop(): Promise<void> {
    this.callOff();
    await Promise.allSettled([...this.inHand.values(), this.traffic.stop()]);
    this.finish();
  }

  private async lookUntilQuiet(): Promise<void> {
    while (this.lookAgain && !this.signal.aborted) {
      this.lookAgain = false;
      await this.lookOnce();
    }
  }

  private async lookOnce(): Promise<void> {
    this.callOff();
    const now = this.clock.now();
    const agenda = next(this.file.state, now);
    for (const effect of agenda.effects) this.take(effect);
    this.traffic.look(agenda.staging);
    if (agenda.advance) {
      await this.advance();
      this.lookAgain = true;
    } else if (agenda.wakeAt !== null) {
      this.callOff = this.clock.wakeAt(agenda.wakeAt, () => this.look());
    }
    if (!this.file.isLive() && this.inHand.size === 0 && this.traffic.isIdle) this.finish();
  }

  private async advance(): Promise<void> {
    const { release, traces } = this.file;
    const about = { origin: causedBy(traces.last), attributes: attributesOf({ release, command: 'advance' }) };
    const advance = () => inSpan('advance', about, () => this.book.order(release, { type: 'advance' }, byRule()));
    await untilStored(advance, this.signal);
  }

  /** Begins an effect, unless this process is at it already. */
  private take(effect: Effect): void {
    const key = `${effect.kind} ${effect.batch} ${effect.unit.id}`;
    if (this.inHand.has(key)) return;
    const done = untilStored(() => this.work.carryOut(effect, this.file, this.signal), this.signal).then(
      () => {
        this.inHand.delete(key);
        this.look();
      },
      (error: unknown) => {
        this.inHand.delete(key);
        this.fail(error);
      },
    );
    this.inHand.set(key, done);
  }
}
