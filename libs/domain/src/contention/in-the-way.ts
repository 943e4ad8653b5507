import { spentBudget } from './budgets.js';
import type { Conflict } from './conflict.js';
import type { Contender, Units } from './contender.js';

/** Finds a unit that two releases both need; null when there is none. */
export type Sharing = (one: Units, other: Units) => string | null;

/** Looks for each unit of the smaller in the larger, and no further than to the first. */
export function sharedUnit(one: Units, other: Units): string | null {
  const [smaller, larger] = one.size <= other.size ? [one, other] : [other, one];
  for (const unit of smaller.keys()) if (larger.has(unit)) return unit;
  return null;
}

/**
 * What is in the way of a release that wants to begin, or null. Others are in its way when they were started before it,
 * or have begun: so two never have the same unit, nobody is overtaken by one that needs the same, and as each waits
 * only for those before it, nobody waits for ever.
 */
export function conflictOf(
  wanting: Contender,
  others: readonly Contender[],
  sharing: Sharing = sharedUnit,
): Conflict | null {
  return takenBy(wanting, others, sharing) ?? spentBudget(wanting, others, (other) => !takenBy(other, others, sharing));
}

/** The same without the budgets: a unit or the environment that somebody else has. */
export function takenBy(wanting: Contender, others: readonly Contender[], sharing: Sharing): Conflict | null {
  const ahead = others.filter((other) => isAhead(other, wanting)).sort(byStart);
  for (const other of ahead) {
    const unit = sharing(wanting.units, other.units);
    if (unit === null) continue;
    const what = `unit ${unit} belongs to release ${other.release}, which has not ended yet`;
    return { code: 'UNITS_TAKEN', by: [other.release], what, until: 'wait for its end' };
  }
  const { environment } = wanting;
  const inStaging = environment === null ? undefined : ahead.find((other) => other.environment === environment);
  if (!inStaging) return null;
  const what = `release ${inStaging.release} is in ${environment}`;
  return {
    code: 'ENVIRONMENT_TAKEN',
    by: [inStaging.release],
    what,
    until: 'wait until it has passed it, or has ended',
  };
}

function isAhead(other: Contender, wanting: Contender): boolean {
  if (other.startedAt === null || other.release === wanting.release) return false;
  return wanting.startedAt === null || other.startedAt < wanting.startedAt || other.begun;
}

/** Those that were started first come first. */
function byStart(one: Contender, other: Contender): number {
  return (one.startedAt ?? Number.POSITIVE_INFINITY) - (other.startedAt ?? Number.POSITIVE_INFINITY);
}
