import { type Intervals, ReleaseSpec } from '../documents/release.js';
import { complete, shortStages } from './batches.js';
import { factsOf, type PlanFacts } from './facts.js';
import { type ScheduledBatch, schedule } from './schedule.js';
import { planStaging, stagingFlaws } from './staging.js';

/**
 * What there would be to judge if the release were another one over the same clusters. Own intervals of batches that
 * there would be no more go with them.
 *
 * @returns null when such a release could not be planned, or when it is not known what it would be planned with.
 */
export function whatIf(facts: PlanFacts, wished: ReleaseSpec): PlanFacts | null {
  const { origin } = facts;
  if (!origin || !ReleaseSpec.safeParse(wished).success) return null;
  const stages = origin.stages.map((resolved, i) => ({ ...resolved, stage: wished.rollout[i] ?? resolved.stage }));
  const isSameRollout = wished.rollout === facts.spec.rollout;
  const scheduled = isSameRollout ? facts.batches : schedule(stages);
  const spec = isSameRollout ? wished : { ...wished, interval: withoutStrays(wished.interval, scheduled) };
  const flaws = [
    ...shortStages(stages),
    ...(spec.staging === facts.spec.staging ? [] : stagingFlaws(spec, origin.environment, origin.index)),
  ];
  if (flaws.length > 0) return null;
  const batches = complete(scheduled, spec.interval);
  const staging = planStaging(spec, origin.environment);
  return factsOf({ ...facts, batches, staging, spec, origin: undefined });
}

function withoutStrays(interval: Intervals, scheduled: readonly ScheduledBatch[]): Intervals {
  if (!interval.batches) return interval;
  const ids = new Set(scheduled.map(({ id }) => id));
  const kept = Object.entries(interval.batches).filter(([id]) => ids.has(id));
  const { batches: _, ...others } = interval;
  return kept.length > 0 ? { ...others, batches: Object.fromEntries(kept) } : others;
}
