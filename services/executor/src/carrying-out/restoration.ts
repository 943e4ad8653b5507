import { DriverError, type UnitVersion } from '#drivers';
import { failSpan } from '#runtime';
import { isInterruption } from './deployment.js';
import type { UnitTask } from './unit-task.js';
import { unitErrorOf } from './unit-task.js';

const UNREADABLE: UnitVersion = { version: null, healthy: false };

/** Puts one unit back to what the log says it ran before, and reads back that it does. */
export class Restoration {
  constructor(private readonly task: UnitTask) {}

  async carryOut(): Promise<void> {
    const { task } = this;
    const { batch, unit } = task.effect;
    const from = await this.look();
    if (!task.effect.inFlight) {
      const { journal } = task;
      const begun = await task.order({ type: 'begin-unit-rollback', batch, unit: unit.id, from, journal });
      if (begun.outcome !== 'done') return;
    }
    await this.act(from);
  }

  /** A unit that cannot be read is put back all the same: it may be down because of what was deployed. */
  private async look(): Promise<UnitVersion> {
    try {
      return await this.task.inspect();
    } catch (error) {
      if (error instanceof DriverError) return UNREADABLE;
      throw error;
    }
  }

  private async act(from: UnitVersion): Promise<void> {
    const { task } = this;
    const { batch, unit } = task.effect;
    const { before, rollbackAttempt: attempt } = task.unit;
    const version = before?.version ?? null;
    const key = `${task.release}/${batch}/${unit.id}/rollback-${attempt}`;
    const target = { release: task.release, batch, service: task.started.spec.service, version };
    const isBack = (seen: UnitVersion) => seen.version === version && (seen.healthy || !before?.healthy);
    try {
      if (!task.isBegunElsewhere) {
        await task.driver().rollback(unit, target, key, { timeoutMs: task.timeoutMs, signal: task.signal });
      }
      const to = await task.readBack(isBack, `${unit.id} at ${version ?? 'nothing'}`);
      await task.order({ type: 'record-unit-rolled-back', batch, unit: unit.id, attempt, from, to });
    } catch (error) {
      if (isInterruption(error)) return;
      const failure = unitErrorOf(error);
      failSpan(failure.code);
      await task.order({ type: 'record-unit-rollback-failed', batch, unit: unit.id, attempt, error: failure });
    }
  }
}
