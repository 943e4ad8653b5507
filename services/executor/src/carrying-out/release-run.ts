import { randomUUID } from 'node:crypto';
import { type Agenda, type Effect, next, type Obstacle } from '#domain';
import {
  attributesOf,
  causedBy,
  inSpan,
  type Orderer,
  outsideTraces,
  pause,
  type ReleaseBook,
  type ReleaseFile,
  type SteadyClock,
  untilStored,
} from '#runtime';
import type { ObstacleSource } from '../surroundings/surroundings.js';
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
  private readonly stopping = new AbortController();
  private readonly signal = this.stopping.signal;
  private draining = false;
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
    private readonly clock: SteadyClock,
    private readonly work: UnitWork,
    traffic: TrafficWork,
    private readonly surroundings: ObstacleSource,
    /** It has taken a step; others may have been waiting for that. */
    private readonly onStep: () => void,
  ) {
    this.traffic = new TrafficRun(
      file,
      traffic,
      this.signal,
      () => this.look(),
      (error) => this.fail(error),
    );
  }

  /** Something may have become due: look, now or right after the look that is under way. */
  look(): void {
    this.lookAgain = true;
    if (this.looking || this.draining) return;
    this.looking = true;
    outsideTraces(() => this.lookUntilQuiet()).then(
      () => {
        this.looking = false;
        // Somebody may have asked for another look after the last one and before this line.
        if (this.lookAgain && !this.draining && !this.signal.aborted) this.look();
      },
      (error: unknown) => this.fail(error),
    );
  }

  /** Takes up nothing new, and stops once what is in hand has come to its end, or the time is over. */
  async drain(withinMs: number): Promise<void> {
    this.draining = true;
    this.callOff();
    const drained = new AbortController();
    const inHand = Promise.allSettled([...this.inHand.values()]).then(() => drained.abort());
    await Promise.race([inHand, pause(withinMs, AbortSignal.any([drained.signal, this.signal]))]);
    await this.stop();
  }

  /** Leaves what is in hand to whoever carries out the release next. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.callOff();
    await Promise.allSettled([...this.inHand.values(), this.traffic.stop()]);
    this.finish();
  }

  private async lookUntilQuiet(): Promise<void> {
    while (this.lookAgain && !this.draining && !this.signal.aborted) {
      this.lookAgain = false;
      await this.lookOnce();
    }
  }

  private async lookOnce(): Promise<void> {
    this.callOff();
    const { obstacles, agenda } = await this.lookAround(this.agenda());
    if (this.signal.aborted) return;
    for (const effect of agenda.effects) this.take(effect);
    this.traffic.look(agenda.staging);
    if (agenda.advance) {
      await this.advance(obstacles);
      this.lookAgain = true;
    } else if (agenda.wakeAt !== null) {
      this.callOff = this.clock.wakeAt(agenda.wakeAt, () => this.look());
    }
    if (!this.file.isLive() && this.inHand.size === 0 && this.traffic.isIdle) this.finish();
  }

  /** What is due once it is known what is in the way outside of the release. Looked at only where a gate depends on it. */
  private async lookAround(agenda: Agenda): Promise<{ agenda: Agenda; obstacles?: readonly Obstacle[] }> {
    if (!agenda.looksAround) return { agenda };
    const obstacles = await untilStored(() => this.surroundings.obstacles(this.file), this.signal);
    return obstacles ? { obstacles, agenda: this.agenda(obstacles) } : { agenda };
  }

  private agenda(obstacles?: readonly Obstacle[]): Agenda {
    return next(this.file.state, this.clock.now(), obstacles, this.clock.reading());
  }

  private async advance(obstacles?: readonly Obstacle[]): Promise<void> {
    const { release, traces } = this.file;
    const order = { type: 'advance', obstacles } as const;
    const by = { ...byRule(), reading: () => this.clock.reading() };
    const about = { origin: causedBy(traces.last), attributes: attributesOf({ release, command: order.type }) };
    const advance = () => inSpan(order.type, about, () => this.book.order(release, order, by));
    await untilStored(advance, this.signal);
    this.onStep();
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
