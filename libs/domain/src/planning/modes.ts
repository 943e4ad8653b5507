import type { PolicySpec, RuleMode } from '../documents/policy.js';
import type { RuleId } from './rule-ids.js';
import type { Finding } from './types.js';

/** How a policy takes one of the requirement's rules; what it does not name is enforced. */
export function modeOf(policy: PolicySpec, rule: RuleId): RuleMode {
  return policy.modes?.[rule] ?? 'enforce';
}

/** True when the rule stops a release that breaks it, as it is planned and while it runs. */
export function isEnforced(policy: PolicySpec, rule: RuleId): boolean {
  return modeOf(policy, rule) === 'enforce';
}

/** True for a finding that only an approved exception gets past: whoever asks what a plan is kept by asks here. */
export function isBlocking({ severity, mode }: Pick<Finding, 'severity' | 'mode'>): boolean {
  return severity === 'block' && mode !== 'shadow';
}

/** What a rule finds when it is taken in a mode: as it is, marked as told only, or nothing without looking. */
export function inMode(mode: RuleMode, find: () => readonly Finding[]): readonly Finding[] {
  switch (mode) {
    case 'enforce':
      return find();
    case 'shadow':
      return find().map((finding) => ({ ...finding, mode: 'shadow' }));
    case 'off':
      return [];
  }
}
