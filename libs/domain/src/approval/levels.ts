import type { PolicySpec } from '../documents/policy.js';

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
  const known = levels.slice(levels.includes(needed) ? levels.indexOf(needed) : levels.length);
  const people = [...new Set(known.flatMap((level) => holdersOf(holders, level)))].filter((id) => !except.includes(id));
  if (people.length === 0) return '; the policy names nobody else who could';
  const more = people.length > NAMED ? ` and ${people.length - NAMED} more` : '';
  return `; could: ${people.slice(0, NAMED).join(', ')}${more}`;
}

function holdersOf(holders: NonNullable<Approvers['holders']>, level: string): readonly string[] {
  // A level may have the name of something that every object has.
  return Object.hasOwn(holders, level) ? (holders[level] ?? []) : [];
}
