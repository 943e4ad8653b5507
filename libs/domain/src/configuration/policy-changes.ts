import type { PolicySpec } from '../documents/policy.js';
import type { Compare, PolicyChange } from './policy-changes/change.js';
import { LEVELS } from './policy-changes/levels.js';
import { LISTS } from './policy-changes/lists.js';
import { MEASURES } from './policy-changes/measures.js';
import { OWN_RULES } from './policy-changes/own-rules.js';

/** Every field of a policy's spec, and how two versions of it are compared. `[]` stands for each entry of a list. */
export const COMPARED: Readonly<Record<string, Compare>> = { ...MEASURES, ...LISTS, ...LEVELS, ...OWN_RULES };

/**
 * What one version of a policy asks otherwise than another, field by field: looser or tighter, in plain words. Two ways
 * to write the same are no change, and neither are the words of a rule. What cannot be shown to be as strict as before
 * is looser. Both have to be sound: each level once, each rule once.
 */
export function policyChanges(from: PolicySpec, to: PolicySpec): PolicyChange[] {
  return Object.values(COMPARED).flatMap((compare) => compare(from, to));
}
