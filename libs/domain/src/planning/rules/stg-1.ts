import { ALL_BASIS_POINTS, toBasisPoints } from '../../values/traffic.js';
import type { Finding } from '../types.js';
import { blocks, type Rule, warns } from './finding.js';

const STAGING = 'staging';

/** STG-1: staging takes all internal traffic and a set share of production traffic. */
export const stg1: Rule = ({ staging, policy }) => {
  if (!staging) return [];
  const findings: Finding[] = [];
  const { spec, traffic, environment } = staging;
  const most = policy.staging?.maxProduction;
  if (most !== undefined && toBasisPoints(traffic.production) > toBasisPoints(most)) {
    const message = `takes ${traffic.production} of production traffic; the policy allows at most ${most}`;
    findings.push(blocks('STG-1', STAGING, message, `set staging.traffic.production to ${most} or less`));
  }
  if (toBasisPoints(traffic.internal) < ALL_BASIS_POINTS) {
    const message = `takes only ${traffic.internal} of the internal traffic`;
    findings.push(warns('STG-1', STAGING, message, 'set staging.traffic.internal to 100%'));
  }
  if (spec === null) {
    const message = `the environment ${environment} is not at hand: its units and its router were not looked at`;
    findings.push(warns('STG-1', null, message, 'plan with the environment at hand: sluice plan -e environment.yaml'));
  } else if (spec.internal.networks.length === 0 && spec.internal.headers.length === 0) {
    const message = `the environment ${environment} does not say which traffic is internal, so none of it would come`;
    findings.push(blocks('STG-1', STAGING, message, 'name networks or headers in its spec.internal'));
  }
  return findings;
};
