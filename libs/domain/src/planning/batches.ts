import type { Flaw } from '../documents/flaw.js';
import { fewHints } from '../documents/nearest.js';
import type { Intervals } from '../documents/release.js';
import type { ScheduledBatch } from './schedule.js';
import type { ResolvedStage } from './select-clusters.js';
import type { PlannedBatch } from './types.js';

/** Scheduled batches with their intervals, and with how much has changed by then. */
export function complete(scheduled: readonly ScheduledBatch[], interval: Intervals): PlannedBatch[] {
  const total = scheduled.reduce((sum, { units }) => sum + units.length, 0);
  let changed = 0;
  return scheduled.map(({ id, wave, cluster, units }) => {
    changed += units.length;
    return {
      id,
      wave,
      cluster,
      units,
      interval: interval.batches?.[id] ?? (wave === 1 ? interval.first : undefined) ?? interval.default,
      cumulativeUnits: changed,
      cumulativeShare: Math.round((changed / total) * 10_000) / 10_000,
    };
  });
}

/** Stages whose last step is a number that some of their clusters are larger than. */
export function shortStages(stages: readonly ResolvedStage[]): Flaw[] {
  return stages.flatMap(({ stage: { batches }, clusters }, i) => {
    const last = batches.at(-1);
    const larger = typeof last === 'number' ? clusters.filter(({ units }) => units.length > last) : [];
    const [first, ...others] = larger;
    if (!first) return [];
    const more = others.length > 0 ? ` (and ${others.length} more clusters are larger)` : '';
    const message = `stops at ${last}, but cluster ${first.name} has ${first.units.length} units${more}; end with 100%`;
    return [{ path: ['spec', 'rollout', i, 'batches', batches.length - 1], message }];
  });
}

/** Intervals for batches that there are not. */
export function strayIntervals({ batches = {} }: Intervals, scheduled: readonly ScheduledBatch[]): Flaw[] {
  const ids = new Set(scheduled.map(({ id }) => id));
  const hint = fewHints(ids);
  return Object.keys(batches)
    .filter((id) => !ids.has(id))
    .map((id) => ({ path: ['spec', 'interval', 'batches', id], message: `the plan has no batch ${id}${hint(id)}` }));
}
