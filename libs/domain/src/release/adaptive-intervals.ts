import { formatDuration, toMs } from '../values/duration.js';
import type { ReleaseEvent } from './events.js';
import { runLeft } from './observation.js';
import { plannedBatch } from './plan-index.js';
import { isStaging } from './staging.js';
import type { BatchState, Started } from './state.js';

type IntervalChange = Extract<ReleaseEvent, { type: 'IntervalChanged.v1' }>;

const SECOND = 1_000;

/** The intervals after a batch has passed. Clean: no verdict was missing when its interval was over, and it was not held. */
export function adapted(state: Started, number: number): Pick<Started, 'adaptive'> {
  const { adaptive } = state;
  const rule = state.spec.interval.adaptive;
  if (!adaptive || !rule || isStaging(state, number)) return { adaptive };
  const { id } = plannedBatch(state.plan, number);
  if (state.batches.at(number).troubled) {
    const interval = Math.min(toMs(rule.max), adaptive.interval * 2);
    return { adaptive: { interval, clean: 0, because: `${id} was held or undecided when its interval was over` } };
  }
  const clean = adaptive.clean + 1;
  if (clean < rule.after) return { adaptive: { ...adaptive, clean } };
  const because = `${clean === 1 ? `${id} was clean` : `${clean} batches in a row were clean, up to ${id}`}`;
  return { adaptive: { interval: Math.max(toMs(rule.min), halfOf(adaptive.interval)), clean: 0, because } };
}

function halfOf(interval: number): number {
  return Math.ceil(interval / 2 / SECOND) * SECOND;
}

/**
 * The intervals that change when a wave opens: those of its batches that nobody has set by themselves. They are never so
 * short that what INT-2 and INT-3 still ask would be left to the last wave.
 */
export function adaptedIntervals(state: Started, wave: number): IntervalChange[] {
  const { adaptive } = state;
  if (!adaptive || adaptive.because === null || wave < 2) return [];
  const to = formatDuration(Math.max(adaptive.interval, evenShare(state, wave)));
  const reason = `${adaptive.because}: observed for ${to}`;
  return (state.plan.waves[wave] ?? []).flatMap((number) => {
    const batch = state.batches.at(number);
    const { id } = plannedBatch(state.plan, number);
    if (isSetByItself(state, id, batch) || toMs(batch.interval) === toMs(to)) return [];
    return [{ type: 'IntervalChanged.v1', data: { batch: id, from: batch.interval, to }, rule: 'INT-5', reason }];
  });
}

function isSetByItself(state: Started, id: string, batch: BatchState): boolean {
  return batch.intervalIsFixed || state.spec.interval.batches?.[id] !== undefined;
}

/** What the policy still asks of the release, spread evenly over the waves that are left. */
function evenShare(state: Started, wave: number): number {
  const waves = state.plan.waves.length - wave;
  return Math.ceil(Math.max(0, runLeft(state)) / waves / SECOND) * SECOND;
}
