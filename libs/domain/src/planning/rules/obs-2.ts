import { releasePatch } from '../patches/release-patch.js';
import { fileChecks } from '../patches/validators.js';
import { blocks, placed, type Rule } from './finding.js';

/**
 * OBS-2: the success of the deployment itself is confirmed, by a file that is read back from the units or by the
 * driver, which reads every unit's version back after it changed it.
 */
export const obs2: Rule = (facts) => {
  const { spec, policy } = facts;
  const accepted = policy.validation.deployment;
  if (accepted.includes('inspect')) return [];
  if (spec.validate.some(({ file }) => file !== undefined)) return [];
  const message = 'nothing that the policy accepts confirms the deployment itself: it asks for a file to be read back';
  const remedy = 'add a validator such as { name: online-file, file: { path: /build-info.json, sha256: … } }';
  const patch = releasePatch(facts, fileChecks(spec), (after) => obs2(after).length === 0);
  return [placed(blocks('OBS-2', null, message, remedy), { path: ['spec', 'validate'], patch })];
};
