import { blocks, type Rule } from './finding.js';

/** STG-3: where the policy asks for staging, production opens only after it has passed. */
export const stg3: Rule = ({ staging, spec, policy }) => {
  if (staging || !policy.staging?.required.includes(spec.risk)) return [];
  const message = `goes straight to production; the policy asks releases of risk ${spec.risk} to pass staging first`;
  return [blocks('STG-3', null, message, 'add staging: { environment: … }')];
};
