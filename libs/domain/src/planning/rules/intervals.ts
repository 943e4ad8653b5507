import { formatDuration, toMs } from '../../values/duration.js';
import type { PlanFacts } from '../facts.js';
import type { PlannedBatch } from '../types.js';

const MINUTE = 60_000;
const SECOND = 1_000;

/** The field of the release that decides a batch's interval. */
export function intervalField({ spec, waves }: PlanFacts, batch: PlannedBatch): string {
  if (spec.interval.batches?.[batch.id] !== undefined) return `interval.batches["${batch.id}"]`;
  const goesFirst = waves[0]?.batches.some(({ id }) => id === batch.id) ?? false;
  return goesFirst && spec.interval.first !== undefined ? 'interval.first' : 'interval.default';
}

/**
 * The least change that makes the waves' intervals add up to `wanted` milliseconds: a longer default, when there are
 * waves that it decides.
 */
export function longerIntervals(facts: PlanFacts, wanted: number): string {
  const byDefault = facts.waves.filter(({ batches }) =>
    batches.every((batch) => intervalField(facts, batch) === 'interval.default'),
  );
  const missing = wanted - facts.observation;
  if (byDefault.length === 0) return `make the intervals ${formatDuration(missing)} longer in all`;
  const now = byDefault.reduce((sum, wave) => sum + wave.interval, 0);
  return `set interval.default to ${formatDuration(roundUp((now + missing) / byDefault.length))} or more`;
}

/** What the policy asks for at the release's risk, in milliseconds; nothing is zero. */
export function askedFor(least: Readonly<Partial<Record<'standard' | 'high' | 'core', string>>>, facts: PlanFacts) {
  return toMs(least[facts.spec.risk] ?? '0s');
}

/** To whole minutes, or to whole seconds below one: what people write. */
function roundUp(ms: number): number {
  const step = ms >= MINUTE ? MINUTE : SECOND;
  return Math.ceil(ms / step) * step;
}
