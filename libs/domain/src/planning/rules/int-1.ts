import { Intervals } from '../../documents/release.js';
import { formatDuration, toMs } from '../../values/duration.js';
import type { PlanFacts } from '../facts.js';
import { type Candidate, releasePatch } from '../patches/release-patch.js';
import type { Finding, PlannedBatch } from '../types.js';
import { blocks, forEach, once, placed, type Rule } from './finding.js';
import { byField, fieldName, fieldOf, intervalPath, withIntervals } from './intervals.js';

const HOW = 'is not observed at all before';

/** INT-1: every batch has an interval before the next, and so has the staging environment. */
export const int1: Rule = (facts) => [...unobservedStaging(facts), ...unobserved(facts)];

/** No document can say so; an interval that is changed while the release runs can. */
function unobservedStaging({ staging }: PlanFacts): Finding[] {
  if (!staging || !isNothing(staging)) return [];
  const finding = blocks('INT-1', 'staging', `${HOW} production`, 'set staging.observe above 0s');
  return [placed(finding, { path: ['spec', 'staging', 'observe'] })];
}

function unobserved(facts: PlanFacts): Finding[] {
  const broken = facts.batches.filter(isNothing);
  const deciding = byField(broken, (batch) => intervalPath(facts, batch));
  const patchOf = once((field) => {
    const together = deciding.get(field) ?? [];
    const ids = new Set(together.map(({ id }) => id));
    return releasePatch(facts, observed(facts, together), (after) => !unobservedIn(after, ids));
  });
  return forEach(
    broken,
    (batch) => {
      const path = intervalPath(facts, batch);
      const finding = blocks('INT-1', batch.id, `${HOW} the next`, `set ${fieldName(path)} above 0s`);
      return placed(finding, { path, patch: patchOf(fieldOf(path)) });
    },
    () => ({
      path: ['spec', 'interval'],
      patch: releasePatch(facts, observed(facts, broken), (after) => !after.batches.some(isNothing)),
    }),
  );
}

/** The interval that is usual, or the nearest that adaptive intervals may have, for the fields that decide these batches. */
function* observed(facts: PlanFacts, batches: readonly PlannedBatch[]): Generator<Candidate> {
  const { adaptive } = facts.spec.interval;
  const usual = toMs(Intervals.parse({}).default);
  const to = formatDuration(adaptive ? Math.min(Math.max(usual, toMs(adaptive.min)), toMs(adaptive.max)) : usual);
  yield {
    spec: withIntervals(
      facts.spec,
      batches.map((batch) => ({ path: intervalPath(facts, batch), to })),
    ),
  };
}

function unobservedIn({ batches }: PlanFacts, ids: ReadonlySet<string>): boolean {
  return batches.some((batch) => ids.has(batch.id) && isNothing(batch));
}

function isNothing({ interval }: { readonly interval: string }): boolean {
  return !(toMs(interval) > 0);
}
