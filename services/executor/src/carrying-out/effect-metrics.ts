import { Gauge, Histogram, type Registry } from 'prom-client';
import type { Effect } from '#domain';
import type { Slots } from './slots.js';
import type { EffectOutcome } from './unit-task.js';

const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** How long units take to change, and how many of them are being changed or wait. */
export class EffectMetrics {
  private readonly durations: Histogram<'kind' | 'outcome'>;

  constructor(metrics: Registry, slots: Slots) {
    const registers = [metrics];
    this.durations = new Histogram({
      name: 'sluice_unit_effect_duration_seconds',
      help: 'How long an attempt at a unit took, from its turn until its outcome was in the log.',
      labelNames: ['kind', 'outcome'],
      buckets: SECONDS,
      registers,
    });
    new Gauge({
      name: 'sluice_unit_effects_in_hand',
      help: 'Units that are being changed now.',
      registers,
      collect() {
        this.set(slots.taken);
      },
    });
    new Gauge({
      name: 'sluice_unit_effects_waiting',
      help: 'Units that are due and wait for a slot.',
      registers,
      collect() {
        this.set(slots.waiting);
      },
    });
    new Gauge({
      name: 'sluice_unit_slots',
      help: 'Units that may be changed at the same time by this process.',
      registers,
    }).set(slots.count);
  }

  /** Begins an attempt; what is returned ends it. Without an outcome in the log, as when the executor stops, it counts for nothing. */
  begin(kind: Effect['kind']): (outcome: EffectOutcome | null) => void {
    const end = this.durations.startTimer({ kind });
    return (outcome) => {
      if (outcome) end({ outcome });
    };
  }
}
