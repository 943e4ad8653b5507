import { describe, expect, it } from '@jest/globals';
import { planOf, policyOf, releaseOf, topologyOf } from '../documents.spec-support.js';
import type { Plan, PlannedBatch } from '../types.js';
import { expectedBatches, milliseconds, sizesOf } from './expected-batches.spec-support.js';
import { expectedFindings } from './expected-findings.spec-support.js';
import { objectionsTo } from './objections.spec-support.js';

const TREE = { eu: 4, us: 2 };
const ROLLOUT = [
  { clusters: ['eu'], batches: [1, '100%'] },
  { clusters: ['us'], batches: ['100%'] },
];
const MADE = planOf(TREE, ROLLOUT);
const expected = expectedBatches(releaseOf({ rollout: ROLLOUT }), topologyOf(TREE));
const objections = (plan: Plan): string[] => {
  if (expected === 'refused') throw new Error('the checker refuses what can be planned');
  return objectionsTo(plan, expected, policyOf().spec);
};
const withBatch = (id: string, change: (batch: PlannedBatch) => Partial<PlannedBatch>): Plan => ({
  ...MADE,
  batches: MADE.batches.map((batch) => (batch.id === id ? { ...batch, ...change(batch) } : batch)),
});

describe('the checker', () => {
  it('has nothing against a plan that is as it ought to be', () => {
    expect(objections(MADE)).toEqual([]);
  });

  it.each<[string, Plan, RegExp]>([
    ['leaves a unit out', withBatch('eu.2', ({ units }) => ({ units: units.slice(1) })), /lacks eu\.2/],
    ['has a unit twice', withBatch('us.1', ({ units }) => ({ units: [...units, ...units] })), /a unit is there twice/],
    [
      'takes other units first',
      withBatch('eu.1', ({ units }) => ({ units: [...units].reverse(), interval: '1m' })),
      /has eu\.1/,
    ],
    ['lets two waves run at once', withBatch('us.1', () => ({ wave: 2 })), /has us\.1 of us in wave 2/],
    ['observes a batch for less', withBatch('eu.2', () => ({ interval: '9m' })), /540000 ms/],
    ['miscounts', withBatch('eu.2', () => ({ cumulativeUnits: 3 })), /eu\.2 does not count/],
    ['has the wrong share', withBatch('eu.2', () => ({ cumulativeShare: 0.66 })), /eu\.2 does not count/],
    ['ends too early', { ...MADE, batches: MADE.batches.slice(0, -1) }, /lacks us\.1/],
    ['lists its waves otherwise', { ...MADE, waves: [['eu.1', 'eu.2'], ['us.1']] }, /its waves are not those/],
    [
      'names a method that it does not use',
      { ...MADE, methods: [...MADE.methods, 'inter-cluster-distribution'] },
      /not used/,
    ],
    ['leaves out a method', { ...MADE, methods: ['intra-cluster'] }, /inter-cluster-serial is used/],
    ['is said to be shorter', { ...MADE, duration: '20m' }, /takes 20m/],
    ['is said to be observed for longer', { ...MADE, observation: '40m' }, /is observed for 40m/],
  ])('objects to a plan that %s', (_, plan, objection) => {
    expect(objections(plan).join('\n')).toMatch(objection);
  });

  it.each(['INT-1', 'INT-4', 'BAT-3'])('objects to a finding of %s about a batch of which it is not true', (rule) => {
    const finding = { rule, severity: 'block', batch: 'eu.2', message: '', remedy: '' } as const;
    expect(objections({ ...MADE, findings: [finding] })).toEqual([`${rule} is not true of eu.2`]);
    expect(objections({ ...MADE, findings: [{ ...finding, batch: 'eu.9' }] })).toEqual([
      `${rule} is about eu.9, which there is not`,
    ]);
  });

  it('rounds shares down, to one unit at least, and never lets rounding alone shrink a batch', () => {
    expect(sizesOf([1, '10%', '100%'], 8)).toEqual([1, 8]);
    expect(sizesOf(['25%', '50%', '75%', '100%'], 6)).toEqual([1, 2, 4, 6]);
    expect(sizesOf(['50%', '60%', '100%'], 10)).toEqual([5, 6, 10]);
    expect(sizesOf(['0.07%', '100%'], 10_000)).toEqual([7, 10_000]);
    expect(sizesOf([3, '50%', '100%'], 10)).toEqual([3, 5, 10]);
  });

  it('reads durations by itself', () => {
    expect(['0s', '90s', '1h30m', '2d', '1m500ms'].map(milliseconds)).toEqual([
      0, 90_000, 5_400_000, 172_800_000, 60_500,
    ]);
  });

  it('leaves out what a stage excludes with everything within it, and refuses to be left with nothing', () => {
    const topology = topologyOf({ eu: { 'eu-1': 1, 'eu-2': 2 }, us: { 'us-1': 1 } });
    const idsOf = (stage: object) => {
      const batches = expectedBatches(releaseOf({ rollout: [{ batches: ['100%'], ...stage }] }), topology);
      return batches === 'refused' ? batches : batches.map(({ id }) => id);
    };
    expect(idsOf({ clusters: { kind: 'zone' }, exclude: ['eu'] })).toEqual(['us-1.1']);
    expect(idsOf({ clusters: ['eu', 'us'], exclude: { kind: 'zone', in: 'us' } })).toEqual(['eu-1.1', 'eu-2.1']);
    expect(idsOf({ clusters: ['us'], exclude: ['us-1'] })).toBe('refused');
    expect(idsOf({ clusters: ['us'], exclude: ['mars'] })).toBe('refused');
  });

  it('finds what the rules say of one batch that is not observed, by itself', () => {
    const { spec } = releaseOf({ rollout: ROLLOUT, risk: 'core' });
    const [unit] = MADE.batches[0]?.units ?? [];
    const batches = [{ id: 'a.1', wave: 1, cluster: 'a', units: unit ? [unit] : [], interval: 0 }];
    const given = { batches, spec, policy: policyOf().spec, topology: topologyOf(TREE) };
    expect([...expectedFindings(given, [])]).toEqual(
      ['BAT-1', 'BAT-2', 'BAT-4', 'INT-1', 'INT-3', 'INT-4'].map((rule) => `${rule} block`),
    );
  });
});
