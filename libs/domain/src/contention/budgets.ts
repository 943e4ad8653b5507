import type { Conflict } from './conflict.js';
import type { Contender } from './contender.js';

/** So many of the releases that spend a budget are named. */
const MOST_NAMED = 5;

/**
 * The budget of its policy that a release would exceed, or null. Those that have begun count, and those that were
 * started before it and may begin now: a place that becomes free belongs to the first of them. A release that waits
 * for something else does not count.
 *
 * @param isFree whether nothing but a budget is in the way of a release
 */
export function spentBudget(
  wanting: Contender,
  others: readonly Contender[],
  isFree: (other: Contender) => boolean,
): Conflict | null {
  if (!wanting.policy.budgets) return null;
  const near = others.filter(({ topology, release }) => topology === wanting.topology && release !== wanting.release);
  const running = near.filter(({ begun, ended }) => begun && !ended);
  const before = near.filter((other) => other.waits && isBefore(other, wanting)).sort(byStart);
  for (const other of before) if (exceeded(other, running) === null && isFree(other)) running.push(other);
  return exceeded(wanting, running);
}

function isBefore(other: Contender, wanting: Contender): boolean {
  return other.startedAt !== null && (wanting.startedAt === null || other.startedAt < wanting.startedAt);
}

function byStart(one: Contender, other: Contender): number {
  return (one.startedAt ?? 0) - (other.startedAt ?? 0);
}

function exceeded(wanting: Contender, running: readonly Contender[]): Conflict | null {
  const { topology: overAll, cluster: inEach } = wanting.policy.budgets ?? {};
  if (overAll !== undefined && running.length >= overAll)
    return spent(wanting, `over topology ${wanting.topology}`, overAll, running);
  if (inEach === undefined || running.length < inEach) return null;
  for (const cluster of wanting.clusters) {
    const there = running.filter(({ clusters }) => clusters.has(cluster));
    if (there.length >= inEach) return spent(wanting, `in cluster ${cluster}`, inEach, there);
  }
  return null;
}

function spent({ policy }: Contender, where: string, most: number, running: readonly Contender[]): Conflict {
  const by = running.map(({ release }) => release);
  const names = by.slice(0, MOST_NAMED);
  const more = by.length > names.length ? ` and ${by.length - names.length} more` : '';
  const allowed = most === 1 ? '1 release run' : `${most} releases run`;
  const what = `policy ${policy.name} lets ${allowed} ${where} at a time, and there ${by.length === 1 ? 'is' : 'are'} ${names.join(', ')}${more}`;
  return { code: 'BUDGET_SPENT', by, what, until: 'wait for the end of one' };
}
