import { describe, expect, it } from '@jest/globals';
import { LiveRoute } from './live-route.js';
import { standingOf } from './standing.js';

const GATEWAY = { name: 'public', namespace: 'shop' };
const OURS = { name: 'public' };

const condition = (type: string, status: string, observedGeneration?: number) => ({
  type,
  status,
  observedGeneration,
  reason: 'SomeReason',
  message: 'said by the controller',
});
const GOOD = [condition('Accepted', 'True', 7), condition('ResolvedRefs', 'True', 7)];

const standing = (...parents: { parentRef: object; conditions?: object[] }[]) =>
  standingOf(
    LiveRoute.parse({
      metadata: { namespace: 'shop', uid: 'a', resourceVersion: '9', generation: 7 },
      spec: {},
      status: { parents },
    }),
    GATEWAY,
  );

describe('a route', () => {
  it('is taken by a Gateway that has accepted it and found its backends', () => {
    expect(standing({ parentRef: OURS, conditions: GOOD })).toEqual({ kind: 'taken' });
    expect(standing({ parentRef: { ...OURS, namespace: 'shop' }, conditions: GOOD })).toEqual({ kind: 'taken' });
  });

  it.each([
    ['nobody says anything', []],
    ['only another Gateway says something', [{ parentRef: { name: 'other' }, conditions: GOOD }]],
    ['only a Gateway of another namespace does', [{ parentRef: { ...OURS, namespace: 'else' }, conditions: GOOD }]],
    ['only something of another kind does', [{ parentRef: { ...OURS, kind: 'Service' }, conditions: GOOD }]],
    ['there are no conditions', [{ parentRef: OURS }]],
    ['one of the two is missing', [{ parentRef: OURS, conditions: GOOD.slice(0, 1) }]],
    [
      'one of the two is unknown',
      [{ parentRef: OURS, conditions: [GOOD[0] ?? {}, condition('ResolvedRefs', 'Unknown', 7)] }],
    ],
    [
      'one of the two is about an older version',
      [{ parentRef: OURS, conditions: [GOOD[0] ?? {}, condition('ResolvedRefs', 'True', 6)] }],
    ],
    [
      'one of the two is about no version',
      [{ parentRef: OURS, conditions: [GOOD[0] ?? {}, condition('ResolvedRefs', 'True')] }],
    ],
    ['an older version was rejected', [{ parentRef: OURS, conditions: [condition('Accepted', 'False', 6)] }]],
    [
      'one of its listeners has not said so',
      [{ parentRef: OURS, conditions: GOOD }, { parentRef: { ...OURS, sectionName: 'tls' } }],
    ],
  ])('is pending when %s', (_, parents) => {
    expect(standing(...parents)).toEqual({ kind: 'pending' });
  });

  it.each([
    ['Accepted', 'False'],
    ['ResolvedRefs', 'False'],
    ['PartiallyInvalid', 'True'],
  ])('is rejected when %s is %s', (type, status) => {
    const conditions = [...GOOD.filter((good) => good.type !== type), condition(type, status, 7)];
    expect(standing({ parentRef: OURS, conditions: GOOD }, { parentRef: OURS, conditions })).toEqual({
      kind: 'rejected',
      why: `${type} is ${status}: SomeReason said by the controller`,
    });
  });
});
