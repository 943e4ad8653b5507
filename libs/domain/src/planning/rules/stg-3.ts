import { Staging } from '../../documents/release.js';
import { toBasisPoints } from '../../values/traffic.js';
import type { Origin, PlanFacts } from '../facts.js';
import { type Candidate, releasePatch } from '../patches/release-patch.js';
import type { Patch } from '../types.js';
import { blocks, placed, type Rule } from './finding.js';

const ENVIRONMENT = ['spec', 'staging', 'environment'] as const;

/** STG-3: where the policy asks for staging, production opens only after it has passed. */
export const stg3: Rule = (facts) => {
  const { staging, spec, policy, origin } = facts;
  if (staging || !policy.staging?.required.includes(spec.risk)) return [];
  const message = `goes straight to production; the policy asks releases of risk ${spec.risk} to pass staging first`;
  const patch = patchWith(facts, origin) ?? patchWith(facts, origin && { ...origin, environment: null });
  const finding = blocks('STG-3', null, message, 'add staging: { environment: … }');
  return [placed(finding, { path: ['spec', 'staging'], patch })];
};

/** The one at hand may have no such service; then the author has to name another. */
function patchWith(facts: PlanFacts, origin: Origin | undefined): Patch | undefined {
  const from = { ...facts, origin };
  return releasePatch(from, staged(from), (after) => stg3(after).length === 0);
}

/** It begins in the environment that is at hand, or in one that the author names; with no more traffic than is allowed. */
function* staged({ spec, policy, origin }: PlanFacts): Generator<Candidate> {
  const most = policy.staging?.maxProduction;
  const usual = Staging.parse({ environment: origin?.environment?.metadata.name ?? `${spec.service}-staging` });
  const isTooMuch = most !== undefined && toBasisPoints(usual.traffic.production) > toBasisPoints(most);
  const staging = isTooMuch ? { ...usual, traffic: { ...usual.traffic, production: most } } : usual;
  yield { spec: { ...spec, staging }, ...(origin?.environment ? {} : { fillIn: [ENVIRONMENT] }) };
}
