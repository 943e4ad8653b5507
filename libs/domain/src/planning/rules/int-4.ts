import { formatDuration, toMs } from '../../values/duration.js';
import type { PlanFacts } from '../facts.js';
import { releasePatch } from '../patches/release-patch.js';
import type { Patch, PlannedBatch } from '../types.js';
import { blocks, forEach, once, placed, type Rule } from './finding.js';
import { askedFor, byField, fieldName, fieldOf, firstIntervalPath, withIntervals } from './intervals.js';

/** INT-4: the first batch (every batch of the first wave) is observed for at least so long before the second opens. */
export const int4: Rule = (facts) => {
  const wanted = askedFor(facts.policy.first, facts);
  const least = formatDuration(wanted);
  const hasty = hastyIn(facts, wanted);
  const deciding = byField(hasty, (batch) => firstIntervalPath(facts, batch));
  const patchOf = once((field) => slower(facts, deciding.get(field) ?? []));
  return forEach(
    hasty,
    (batch) => {
      const path = firstIntervalPath(facts, batch);
      const message = `goes first and is observed for ${batch.interval}, ${facts.spec.risk} risk asks for at least ${least}`;
      const finding = blocks('INT-4', batch.id, message, `set ${fieldName(path)} to ${least} or more`);
      return placed(finding, { path, patch: patchOf(fieldOf(path)) });
    },
    () => ({ path: ['spec', 'interval'], patch: slower(facts, hasty) }),
  );
};

function hastyIn({ waves }: PlanFacts, wanted: number): PlannedBatch[] {
  return (waves[0]?.batches ?? []).filter((batch) => toMs(batch.interval) < wanted);
}

/** What decides the intervals of these batches, set to what is asked for. */
function slower(facts: PlanFacts, batches: readonly PlannedBatch[]): Patch | undefined {
  const wanted = askedFor(facts.policy.first, facts);
  const settings = batches.map((batch) => ({ path: firstIntervalPath(facts, batch), to: formatDuration(wanted) }));
  const ids = new Set(batches.map(({ id }) => id));
  return releasePatch(
    facts,
    [{ spec: withIntervals(facts.spec, settings) }],
    (after) => !hastyIn(after, wanted).some(({ id }) => ids.has(id)),
  );
}
