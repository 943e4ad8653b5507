import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { driversOf, type Effect, isStarted, type Started } from '#domain';
import { driverFor, journalName, type UnitDriver } from '#drivers';
import {
  activeTrace,
  attributesOf,
  CLOCK,
  type Clock,
  CONFIG,
  inSpan,
  LOGGER,
  type Logger,
  METRICS,
  partOf,
  ReleaseBook,
  type ReleaseFile,
} from '#runtime';
import type { ExecutorConfig } from '../config.js';
import { Deployment } from './deployment.js';
import { EffectMetrics } from './effect-metrics.js';
import { Restoration } from './restoration.js';
import { Slots } from './slots.js';
import { ToldDriver } from './told-driver.js';
import { UnitTask } from './unit-task.js';

/** Does what an agenda asks for, with the driver of the unit, a bounded number at a time over all releases. */
@Injectable()
export class UnitWork {
  private readonly slots: Slots;
  private readonly journal: string;
  private journalIs: Promise<string> | null = null;
  private readonly metrics: EffectMetrics;

  constructor(
    @Inject(CONFIG) private readonly config: ExecutorConfig,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly book: ReleaseBook,
    @Inject(METRICS) metrics: Registry,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.slots = new Slots(config.EXECUTOR_SLOTS);
    this.journal = join(config.SLUICE_DATA, 'executor', 'journal');
    this.metrics = new EffectMetrics(metrics, this.slots);
  }

  /** @throws StoreUnavailable when the log could not be reached: call again, the effect itself is not repeated */
  carryOut(effect: Effect, file: ReleaseFile, signal: AbortSignal): Promise<void> {
    return this.slots.run(async () => {
      const { state, release } = file;
      if (signal.aborted || !isStarted(state)) return;
      this.journalIs ??= journalName(this.journal);
      const tools = { book: this.book, clock: this.clock, journal: await this.journalIs, signal };
      const task = new UnitTask(effect, file, tools, () => this.driver(effect, file, state));
      const { batch, unit } = effect;
      const about = { origin: partOf(file.traces.work), attributes: attributesOf({ release, batch, unit: unit.id }) };
      const work = effect.kind === 'deploy' ? new Deployment(task) : new Restoration(task);
      const end = this.metrics.begin(effect.kind);
      await inSpan(`${effect.kind} unit`, about, () => work.carryOut());
      end(task.outcome);
    });
  }

  private driver({ unit, batch }: Effect, { release, traces }: ReleaseFile, state: Started): UnitDriver {
    const { EXEC_ALLOW } = this.config;
    const driver = driverFor(unit, driversOf(state.plan, batch), {
      journal: this.journal,
      ...(EXEC_ALLOW ? { allow: EXEC_ALLOW } : {}),
      trace: () => activeTrace() ?? (traces.work ? { traceparent: traces.work } : undefined),
    });
    return new ToldDriver(driver, { release, batch }, this.logger);
  }
}
