import { DriverError, type DriverErrorCode, type UnitVersion } from '#drivers';
import { failSpan } from '#runtime';
import type { UnitTask } from './unit-task.js';
import { unitErrorOf } from './unit-task.js';

/** Failures after which the unit is certainly as it was: nothing was begun on it. */
const NOTHING_HAPPENED: readonly DriverErrorCode[] = ['not-started', 'command-missing', 'refused', 'unknown-driver'];

const NOTHING_KNOWN: UnitVersion = { version: null, healthy: false };

/** Brings one unit to the release's version: look, write down, act, read back, write down. */
export class Deployment {
  constructor(private readonly task: UnitTask) {}

  async carryOut(): Promise<void> {
    const { task } = this;
    if (task.isBegunElsewhere) await this.conclude(() => Promise.resolve());
    else if (task.effect.inFlight || (await this.begin())) await this.act();
  }

  /** Writes down what the unit runs before anything is done to it. False: there is nothing left to do. */
  private async begin(): Promise<boolean> {
    const { task } = this;
    let before: UnitVersion;
    try {
      before = await task.inspect();
    } catch (error) {
      if (!isInterruption(error)) await this.recordFailure(error, true);
      return false;
    }
    if (this.isTarget(before)) {
      await task.order({ ...this.unitOrder('record-unit-deployed'), before, after: before, changed: false });
      return false;
    }
    const { batch, unit } = task.effect;
    const { journal } = task;
    const outcome = await task.order({ type: 'begin-unit', batch, unit: unit.id, before, journal });
    return outcome.outcome === 'done';
  }

  private async act(): Promise<void> {
    const { task } = this;
    const { spec } = task.started;
    const { batch, unit } = task.effect;
    const { before, attempt } = task.unit;
    const key = `${task.release}/${batch}/${unit.id}/${attempt}`;
    const known = before ?? NOTHING_KNOWN;
    const change = {
      release: task.release,
      batch,
      service: spec.service,
      version: spec.version,
      previous: known.version,
    };
    await this.conclude(() => this.deploy(change, key));
  }

  /** Not believed before the unit itself says so: also the way to find out what became of another executor's effect. */
  private async conclude(effect: () => Promise<void>): Promise<void> {
    const { task } = this;
    const { unit } = task.effect;
    try {
      await effect();
      const after = await task.readBack((seen) => this.isTarget(seen), `${unit.id} at ${task.started.spec.version}`);
      const before = task.unit.before ?? NOTHING_KNOWN;
      await task.order({ ...this.unitOrder('record-unit-deployed'), before, after, changed: true });
    } catch (error) {
      if (isInterruption(error)) return;
      await this.recordFailure(error, error instanceof DriverError && NOTHING_HAPPENED.includes(error.code));
    }
  }

  /** What became of it may be unknown after a crash of the machine. Then the unit itself is asked, by reading it back. */
  private async deploy(change: Parameters<ReturnType<UnitTask['driver']>['deploy']>[1], key: string): Promise<void> {
    const { effect, timeoutMs, signal } = this.task;
    try {
      await this.task.driver().deploy(effect.unit, change, key, { timeoutMs, signal });
    } catch (error) {
      const unknown = error instanceof DriverError && error.code === 'outcome-unknown';
      if (!unknown || !this.isTarget(await this.task.inspect())) throw error;
    }
  }

  private async recordFailure(error: unknown, unchanged: boolean): Promise<void> {
    const failure = unitErrorOf(error);
    failSpan(failure.code);
    await this.task.order({ ...this.unitOrder('record-unit-failed'), error: failure, unchanged });
  }

  private unitOrder<T extends string>(type: T) {
    const { batch, unit } = this.task.effect;
    return { type, batch, unit: unit.id, attempt: this.task.unit.attempt };
  }

  private isTarget(seen: UnitVersion): boolean {
    return seen.version === this.task.started.spec.version && seen.healthy;
  }
}

/** The executor stops; the effect goes on, and whoever starts next finds its outcome under the same key. */
export function isInterruption(error: unknown): boolean {
  return error instanceof DriverError && error.code === 'interrupted';
}
