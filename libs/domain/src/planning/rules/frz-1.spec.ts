import { describe, expect, it } from '@jest/globals';
import { planOf } from '../documents.spec-support.js';

const TREE = { 'eu-1': 4 };
const ROLLOUT = [{ clusters: ['eu-1'], batches: [1, '100%'] }];

describe('FRZ-1', () => {
  it('has nothing to say of a release that goes around freezes', () => {
    expect(planOf(TREE, ROLLOUT).findings).toEqual([]);
    expect(planOf(TREE, ROLLOUT, { emergency: false })).toMatchObject({ findings: [], approval: null });
  });

  it('escalates an emergency to the level of exceptions, and says what would do without', () => {
    const { findings, approval } = planOf(TREE, ROLLOUT, { emergency: true });
    expect(findings).toEqual([
      {
        rule: 'FRZ-1',
        severity: 'block',
        batch: null,
        message: 'is an emergency: it would go through freeze windows, which needs the approval of level director',
        remedy: 'leave out emergency, so that it goes around them, or have it approved by director',
        path: 'spec.emergency',
        patch: { document: 'release', operations: [{ op: 'remove', path: '/spec/emergency' }] },
      },
    ]);
    expect(approval).toMatchObject({ level: 'director', because: ['FRZ-1'] });
  });

  it('is one of several reasons when there are others', () => {
    const { approval } = planOf(TREE, [{ clusters: ['eu-1'], batches: ['100%'] }], { emergency: true });
    expect(approval?.because.at(-1)).toBe('FRZ-1');
    expect(approval?.because.length).toBeGreaterThan(1);
  });
});
