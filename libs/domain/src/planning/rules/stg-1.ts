import type { StagingTraffic } from '../../documents/release.js';
import { ALL_BASIS_POINTS, toBasisPoints } from '../../values/traffic.js';
import type { PlanFacts } from '../facts.js';
import { releasePatch } from '../patches/release-patch.js';
import type { Finding, Patch, PlannedStaging } from '../types.js';
import { blocks, placed, type Rule, warns } from './finding.js';

const STAGING = 'staging';
const TRAFFIC = ['spec', 'staging', 'traffic'] as const;

/** STG-1: staging takes all internal traffic and a set share of production traffic. */
export const stg1: Rule = (facts) => {
  const { staging } = facts;
  if (!staging) return [];
  return [
    ...tooMuchOfProduction(facts, staging),
    ...tooLittleInternal(facts, staging),
    ...unknownInternal(facts, staging),
  ];
};

function tooMuchOfProduction(facts: PlanFacts, { traffic }: PlannedStaging): Finding[] {
  const most = facts.policy.staging?.maxProduction;
  if (most === undefined || toBasisPoints(traffic.production) <= toBasisPoints(most)) return [];
  const message = `takes ${traffic.production} of production traffic; the policy allows at most ${most}`;
  const finding = blocks('STG-1', STAGING, message, `set staging.traffic.production to ${most} or less`);
  return [
    placed(finding, {
      path: [...TRAFFIC, 'production'],
      patch: withTraffic(facts, { production: most }, tooMuchOfProduction),
    }),
  ];
}

function tooLittleInternal(facts: PlanFacts, { traffic }: PlannedStaging): Finding[] {
  if (toBasisPoints(traffic.internal) >= ALL_BASIS_POINTS) return [];
  const message = `takes only ${traffic.internal} of the internal traffic`;
  const finding = warns('STG-1', STAGING, message, 'set staging.traffic.internal to 100%');
  return [
    placed(finding, {
      path: [...TRAFFIC, 'internal'],
      patch: withTraffic(facts, { internal: '100%' }, tooLittleInternal),
    }),
  ];
}

/** The environment has to be at hand, and to say which traffic is internal. */
function unknownInternal({ origin }: PlanFacts, { spec, environment }: PlannedStaging): Finding[] {
  if (spec === null) {
    const message = `the environment ${environment} is not at hand: its units and its router were not looked at`;
    const remedy = 'plan with the environment at hand: sluice plan -e environment.yaml';
    return [placed(warns('STG-1', null, message, remedy), { path: ['spec', 'staging', 'environment'] })];
  }
  if (spec.internal.networks.length > 0 || spec.internal.headers.length > 0) return [];
  const message = `the environment ${environment} does not say which traffic is internal, so none of it would come`;
  const finding = blocks('STG-1', STAGING, message, 'name networks or headers in its spec.internal');
  return [placed(finding, { path: ['spec', 'internal'], source: 'environment', patch: origin && INTERNAL })];
}

/** Which networks are internal only their owner knows. */
const INTERNAL: Patch = {
  document: 'environment',
  operations: [{ op: 'add', path: '/spec/internal', value: { networks: ['10.0.0.0/8'] } }],
  fillIn: ['/spec/internal/networks/0'],
};

type Check = (facts: PlanFacts, staging: PlannedStaging) => Finding[];

function withTraffic(facts: PlanFacts, change: Partial<StagingTraffic>, check: Check): Patch | undefined {
  const { spec } = facts;
  if (!spec.staging) return undefined;
  const traffic = { ...spec.staging.traffic, ...change };
  return releasePatch(
    facts,
    [{ spec: { ...spec, staging: { ...spec.staging, traffic } } }],
    (after) => !after.staging || check(after, after.staging).length === 0,
  );
}
