import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatPath, parsePath } from './path.js';

describe('a path', () => {
  it.each([
    [[], ''],
    [['spec', 'rollout', 0, 'batches', 1], 'spec.rollout[0].batches[1]'],
    [['spec', 'interval', 'batches', 'eu-1.2'], 'spec.interval.batches["eu-1.2"]'],
    [['metadata', 'max-parallel', 'a b'], 'metadata.max-parallel["a b"]'],
    [['labels', '0'], 'labels["0"]'],
    [['labels', 'say "hi"'], 'labels["say \\"hi\\""]'],
    [[2, 'a'], '[2].a'],
  ])('%j is written %s', (path, text) => {
    expect(formatPath(path)).toBe(text);
  });

  it('that was written is read back as the same', () => {
    const path = fc.array(
      fc.oneof(fc.nat(), fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('spec', 'a-b', '')),
    );
    fc.assert(fc.property(path, (steps) => expect(parsePath(formatPath(steps))).toEqual(steps)));
  });
});
