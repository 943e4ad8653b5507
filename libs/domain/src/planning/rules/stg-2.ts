import type { Patch } from '../types.js';
import { blocks, placed, type Rule } from './finding.js';

/** STG-2: that calls stay inside staging has to be seen, so there has to be a place where calls can be read. */
export const stg2: Rule = ({ staging, origin }) => {
  if (!staging?.spec || staging.spec.calls.length > 0) return [];
  const message = `the environment ${staging.environment} names no place where calls can be read: a leak would not be found`;
  const remedy = "add the router's and the services' access logs, or otlp, to its spec.calls";
  const finding = blocks('STG-2', 'staging', message, remedy);
  return [placed(finding, { path: ['spec', 'calls'], source: 'environment', patch: origin && SPANS })];
};

/** Of all places the one that needs no path: the spans that services send. */
const SPANS: Patch = {
  document: 'environment',
  operations: [{ op: 'add', path: '/spec/calls', value: [{ otlp: true }] }],
};
