import type { Path } from '../../documents/path.js';
import type { PlanFacts } from '../facts.js';
import { count } from './finding.js';

/** What to do when there are too few units for so many batches, whatever the documents say; null when there are enough. */
export function beyondPhasing({ batches, policy }: PlanFacts, least: number): string | null {
  const units = batches.reduce((sum, batch) => sum + batch.units.length, 0);
  if (units >= least) return null;
  const level = policy.approvals.exception;
  return `${count(units, 'unit')} cannot be phased into ${least} batches: have it approved by ${level} with the reason why`;
}

/** Where batches are written: in the only stage, or in the rollout as a whole. */
export function batchesPath({ spec: { rollout } }: PlanFacts): Path {
  return rollout.length === 1 ? ['spec', 'rollout', 0, 'batches'] : ['spec', 'rollout'];
}
