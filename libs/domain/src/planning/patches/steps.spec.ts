import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stepFlaws } from '../../documents/release-flaws.js';
import { cumulativeSizes } from '../batch-sizes.js';
import { beginningWith, countingTo, evenly, preceded, USUAL } from './steps.js';

describe('other steps for a stage', () => {
  it('begin with another number of units, and leave out what is reached by then', () => {
    expect(beginningWith(1, ['25%', '50%', '100%'])).toEqual([1, '50%', '100%']);
    expect(beginningWith(3, [5, 6, 9])).toEqual([3, 6, 9]);
    expect(beginningWith(6, [5, 6, 9])).toEqual([6, 9]);
  });

  it('have units before them, together or one by one', () => {
    expect(preceded(2, ['25%', '100%'])).toEqual([2, '25%', '100%']);
    expect(countingTo(3, [2, 3, 4, '100%'])).toEqual([1, 2, 3, 4, '100%']);
  });

  it('end with the whole cluster, also where all that was written is left out', () => {
    expect(countingTo(2, [2])).toEqual([1, 2, '100%']);
    expect(beginningWith(9, [5, 6, 9])).toEqual([9, '100%']);
  });

  it('are of one size after the first unit, as many as are wanted', () => {
    expect(evenly(1)).toEqual([1, '100%']);
    expect(evenly(4)).toEqual([1, '25%', '50%', '75%', '100%']);
    expect(evenly(3)).toEqual([1, '33.3333%', '66.6666%', '100%']);
  });

  it('that stand in for shrinking ones shrink in no cluster, and can be written so', () => {
    const steps = fc.oneof(fc.constantFrom(...USUAL), fc.integer({ min: 1, max: 40 }).map(evenly));
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 3_000 }), (batches, size) => {
        expect(stepFlaws(batches)).toEqual([]);
        const sizes = cumulativeSizes(batches, size);
        const grown = sizes.map((reached, i) => reached - (sizes[i - 1] ?? 0));
        expect(grown).toEqual([...grown].sort((a, b) => a - b));
        expect(grown[0]).toBe(1);
      }),
      { numRuns: 300 },
    );
  });
});
