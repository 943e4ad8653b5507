import { blocks, count, type Rule } from './finding.js';

/** BAT-2: at least so many batches as the policy asks for, and not all of them at once. */
export const bat2: Rule = ({ batches, waves, policy }) => {
  if (batches.length < policy.minBatches) {
    const message = `has ${count(batches.length, 'batch')}, the policy asks for at least ${policy.minBatches}`;
    return [blocks('BAT-2', null, message, 'add steps to the batches of a stage, such as [1, 10%, 50%, 100%]')];
  }
  if (waves.length === 1) {
    const message = `all ${batches.length} batches run in one wave: everything changes at once`;
    return [blocks('BAT-2', null, message, 'add steps to the batches, or set order: serial or a smaller maxParallel')];
  }
  return [];
};
