import { randomUUID } from 'node:crypto';
import {
  type Effect,
  findBatch,
  findUnit,
  isStarted,
  type ReleaseOrder,
  type Started,
  toMs,
  type UnitError,
  type UnitState,
} from '#domain';
import { DriverError, type UnitDriver, type UnitVersion } from '#drivers';
import { type Clock, type Outcome, pause, type ReleaseBook, type ReleaseFile } from '#runtime';

/** Between two looks at a unit that has not come up yet: short at first, since most are up at once. */
const FIRST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 1_000;

interface Tools {
  readonly book: ReleaseBook;
  readonly clock: Clock;
  /** The name of this executor's journal. */
  readonly journal: string;
  readonly signal: AbortSignal;
}

/** What an attempt at a unit came to; `unchanged`: it ran the version already. */
export type EffectOutcome = 'changed' | 'unchanged' | 'failed';

/** What deploying a unit and putting it back have in common: the unit, its driver, and how outcomes get into the log. */
export class UnitTask {
  /** What the log says of this attempt; null as long as it says nothing. */
  outcome: EffectOutcome | null = null;

  constructor(
    readonly effect: Effect,
    private readonly file: ReleaseFile,
    private readonly tools: Tools,
    /** @throws DriverError when the unit asks for a driver that is not there */
    readonly driver: () => UnitDriver,
  ) {}

  get release(): string {
    return this.file.release;
  }

  get timeoutMs(): number {
    return toMs(this.started.spec.limits.unitTimeout);
  }

  get started(): Started {
    const { state } = this.file;
    if (!isStarted(state)) throw new Error(`release ${this.release} has not started`);
    return state;
  }

  get signal(): AbortSignal {
    return this.tools.signal;
  }

  get journal(): string {
    return this.tools.journal;
  }

  /** It was begun, and what became of it is known to another executor's journal alone. */
  get isBegunElsewhere(): boolean {
    const { journal } = this.unit;
    return this.effect.inFlight && journal !== null && journal !== this.journal;
  }

  /** The unit as the log has it now. */
  get unit(): UnitState {
    const state = this.started;
    const batch = findBatch(state, this.effect.batch);
    const unit = batch && findUnit(state, batch.number, this.effect.unit.id);
    if (!unit) throw new Error(`release ${this.release} has no unit ${this.effect.unit.id}`);
    return unit.state;
  }

  async order(order: ReleaseOrder): Promise<Outcome> {
    const outcome = await this.tools.book.order(this.release, order, {
      commandId: randomUUID(),
      actor: { kind: 'service', id: 'executor' },
    });
    if (outcome.outcome === 'done') this.outcome = outcomeOf(order) ?? this.outcome;
    return outcome;
  }

  inspect(): Promise<UnitVersion> {
    return this.driver().inspect(this.effect.unit, this.signal);
  }

  /**
   * Reads the unit until it is as it should be.
   * @throws DriverError `not-confirmed`-like, retryable, when it is not so in time
   */
  async readBack(isRight: (seen: UnitVersion) => boolean, expected: string): Promise<UnitVersion> {
    const deadline = this.tools.clock.now() + this.timeoutMs;
    let last = 'it could not be read';
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(LONGEST_LOOK_MS, wait * 2)) {
      try {
        const seen = await this.inspect();
        if (isRight(seen)) return seen;
        last = `it runs ${seen.version ?? 'nothing'} and is ${seen.healthy ? 'healthy' : 'not healthy'}`;
      } catch (error) {
        if (!(error instanceof DriverError) || !error.retryable) throw error;
        last = error.message;
      }
      if (this.signal.aborted) throw new DriverError('interrupted', 'the executor stops');
      if (this.tools.clock.now() + wait > deadline)
        throw new DriverError('timed-out', `${expected} was not confirmed: ${last}`);
      await pause(wait, this.signal);
    }
  }
}

function outcomeOf(order: ReleaseOrder): EffectOutcome | null {
  switch (order.type) {
    case 'record-unit-deployed':
      return order.changed ? 'changed' : 'unchanged';
    case 'record-unit-rolled-back':
      return 'changed';
    case 'record-unit-failed':
    case 'record-unit-rollback-failed':
      return 'failed';
    default:
      return null;
  }
}

/** A driver's error as the log keeps it. Anything else is a defect, and goes on as it is. */
export function unitErrorOf(error: unknown): UnitError {
  if (!(error instanceof DriverError)) throw error;
  const output = error.output ? `\n${error.output}` : '';
  return { code: error.code, message: `${error.message}${output}`.slice(0, 4_000), retryable: error.retryable };
}
