import type { PolicySpec } from '../documents/policy.js';
import { RISKS } from '../documents/risk.js';

type Approvers = Pick<PolicySpec, 'levels' | 'holders'>;

/** Somebody, with what their token says of their level. */
export interface Person {
  readonly id: string;
  readonly level?: string | undefined;
}

/** So many people are named to whoever may not; who looks for one needs no more. */
const NAMED = 10;

/**
 * The level that somebody has under a policy: where it names holders the highest one that names them, and nothing that
 * their token says of itself; where it names none what the token says. Null for none.
 */
export function levelOf({ levels, holders }: Approvers, { id, level }: Person): string | null {
  if (!holders) return level ?? null;
  return levels.findLast((candidate) => holdersOf(holders, candidate).includes(id)) ?? null;
}

/** A level and those above it, from the lowest; none for a level that the policy does not know. */
export function levelsFrom({ levels }: Pick<PolicySpec, 'levels'>, level: string): string[] {
  return levels.includes(level) ? levels.slice(levels.indexOf(level)) : [];
}

/**
 * The level that has to approve a policy which asks less: that of exceptions, or the one directly above the highest that
 * any release needs without an exception, whichever is higher. There may be none above it; then it is the highest.
 */
export function levelAbove({ levels, approvals }: Pick<PolicySpec, 'levels' | 'approvals'>): string {
  const routine = Math.max(...RISKS.map((risk) => levels.indexOf(approvals[risk])));
  const wanted = Math.max(levels.indexOf(approvals.exception), routine + 1);
  return levels[wanted] ?? levels.at(-1) ?? approvals.exception;
}

/** Whether a level is the one that is needed, or above it. A level that the policy does not know reaches nothing, and nothing reaches it. */
export function reaches(levels: readonly string[], level: string | null, needed: string): boolean {
  return level !== null && levels.includes(needed) && levels.indexOf(level) >= levels.indexOf(needed);
}

/**
 * Who could approve instead, as the end of a sentence; empty where the policy names nobody.
 *
 * @param except does not count: who asks, or who must not approve
 */
export function whoCould({ levels, holders }: Approvers, needed: string, except: readonly string[]): string {
  if (!holders) return '';
  const named = levelsFrom({ levels }, needed).flatMap((level) => holdersOf(holders, level));
  const people = [...new Set(named)].filter((id) => !except.includes(id));
  if (people.length === 0) return '; the policy names nobody else who could';
  const more = people.length > NAMED ? ` and ${people.length - NAMED} more` : '';
  return `; could: ${people.slice(0, NAMED).join(', ')}${more}`;
}

/** Who is named for a level, and not for what is above it. */
export function holdersOf(holders: PolicySpec['holders'], level: string): readonly string[] {
  // A level may have the name of something that every object has.
  return holders && Object.hasOwn(holders, level) ? (holders[level] ?? []) : [];
}
