import { levelAbove } from '../approval/levels.js';
import { DEFAULT_POLICY, PolicySpec } from '../documents/policy.js';
import type { Loosening, Registered } from './events.js';
import { policyChanges } from './policy-changes.js';

/** An event has to stay small, and nobody reads more. */
const LISTED = 80;

/** What a policy asks under a name now; under a new name that is what the policy asks that ships. */
export function specInForce(current: Registered | null): PolicySpec {
  return current ? specOf(current.text) : DEFAULT_POLICY.spec;
}

/** Read as the schema is today: what was sound when it was registered stays in force. */
function specOf(text: string): PolicySpec {
  return PolicySpec.parse(JSON.parse(text).spec);
}

/** What has to be approved of a version, and at which level. */
export interface Escalation {
  readonly level: string;
  readonly looser: Loosening[];
  readonly unlisted: number;
}

/** Null for a version that asks no less than what is in force. */
export function escalationOf(text: string, current: Registered | null): Escalation | null {
  const inForce = specInForce(current);
  const looser = policyChanges(inForce, specOf(text)).filter(({ effect }) => effect === 'looser');
  if (looser.length === 0) return null;
  return {
    level: levelAbove(inForce),
    looser: looser.slice(0, LISTED).map(({ path, from, to, words }) => ({ path, from, to, words })),
    unlisted: Math.max(0, looser.length - LISTED),
  };
}
