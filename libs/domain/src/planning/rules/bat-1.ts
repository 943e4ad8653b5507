import { blocks, type Rule } from './finding.js';

/** BAT-1: at least one of the three batching methods is used. */
export const bat1: Rule = ({ methods }) =>
  methods.length > 0
    ? []
    : [
        blocks(
          'BAT-1',
          null,
          'everything changes in one batch of one cluster: none of the three batching methods is used',
          'give the cluster several batches, such as batches: [1, 10%, 50%, 100%]',
        ),
      ];
