import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { driversOf, type Effect, isStarted, type Started } from '#domain';
import { driverFor, type UnitDriver } from '#drivers';
import {
  activeTrace,
  attributesOf,
  CLOCK,
  type Clock,
  CONFIG,
  inSpan,
  LOGGER,
  type Logger,
  partOf,
  ReleaseBook,
  type ReleaseFile,
} from '#runtime';
import type { ExecutorConfig } from '../config.js';
import { Deployment } from './deployment.js';
import { Restoration } from './restoration.js';
import { Slots } from './slots.js';
import { ToldDriver } from './told-driver.js';
import { UnitTask } from './unit-task.js';

/** Does what an agenda asks for, with the driver of the unit, a bounded number at a time over all releases. */
@Injectable()
export class UnitWork {
  private readonly slots: Slots;

  constructor(
    @Inject(CONFIG) private readonly config: ExecutorConfig,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly book: ReleaseBook,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.slots = new Slots(config.EXECUTOR_SLOTS);
  }

  /** @throws StoreUnavailable when the log could not be reached: call again, the effect itself is not repeated */
  carryOut(effect: Effect, file: ReleaseFile, signal: AbortSignal): Promise<void> {
    return this.slots.run(async () => {
      const { state, release } = file;
      if (signal.aborted || !isStarted(state)) return;
      const { batch, unit } = effect;
      const about = { origin: partOf(file.traces.work), attributes: attributesOf({ release, batch, unit: unit.id }) };
      const task = new UnitTask(effect, file, this.book, this.clock, signal, () => this.driver(effect, file, state));
      const work = effect.kind === 'deploy' ? new Deployment(task) : new Restoration(task);
      await inSpan(`${effect.kind} unit`, about, () => work.carryOut());
    });
  }

  private driver({ unit, batch }: Effect, { release, traces }: ReleaseFile, state: Started): UnitDriver {
    const { EXEC_ALLOW, SLUICE_DATA } = this.config;
    const driver = driverFor(unit, driversOf(state.plan, batch), {
      journal: join(SLUICE_DATA, 'executor', 'journal'),
      ...(EXEC_ALLOW ? { allow: EXEC_ALLOW } : {}),
      trace: () => activeTrace() ?? (traces.work ? { traceparent: traces.work } : undefined),
    });
    return new ToldDriver(driver, { release, batch }, this.logger);
  }
}
