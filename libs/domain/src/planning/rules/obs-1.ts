import { validatorKind } from '../../documents/validators.js';
import { releasePatch } from '../patches/release-patch.js';
import { healthChecks } from '../patches/validators.js';
import { blocks, placed, type Rule } from './finding.js';

/** OBS-1: every batch is validated by at least one of the ways that the policy accepts. */
export const obs1: Rule = (facts) => {
  const { spec, policy } = facts;
  const { required, acceptable } = policy.validation;
  const accepted: readonly string[] = acceptable;
  const kinds = spec.validate.map(validatorKind);
  if (!required || kinds.some((kind) => accepted.includes(kind))) return [];
  const has = kinds.length > 0 ? `is only validated by ${[...new Set(kinds)].join(', ')}` : 'is not validated';
  const message = `${has}; the policy accepts ${accepted.join(', ')}`;
  const remedy = `add a validator to validate: one of ${accepted.join(', ')}`;
  const patch = releasePatch(facts, healthChecks(spec, accepted), (after) => obs1(after).length === 0);
  return [placed(blocks('OBS-1', null, message, remedy), { path: ['spec', 'validate'], patch })];
};
