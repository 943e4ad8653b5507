import { describe, expect, it } from '@jest/globals';
import { Topology } from '../documents/topology.js';
import { closes, type FreezeSubject, freezesAbout } from './freeze.js';
import { windowOf } from './freezes.spec-support.js';

const SUBJECT: FreezeSubject = { service: 'checkout', risk: 'high', topology: 'production' };

const units = (cluster: string) => [{ id: `${cluster}-a` }];
const topology = Topology.parse({
  apiVersion: 'sluice/v1',
  kind: 'Topology',
  metadata: { name: 'production' },
  spec: {
    clusters: [
      {
        name: 'eu',
        kind: 'region',
        units: units('eu'),
        clusters: [
          { name: 'eu-1', kind: 'zone', labels: { tier: 'web' }, units: units('eu-1') },
          { name: 'eu-2', kind: 'zone', units: units('eu-2') },
        ],
      },
      {
        name: 'us',
        kind: 'region',
        clusters: [{ name: 'us-1', kind: 'zone', labels: { tier: 'web' }, units: units('us-1') }],
      },
    ],
  },
});

const about = (scope: object, subject: object = {}): string[] =>
  freezesAbout([windowOf({ scope })], { ...SUBJECT, ...subject }, [topology]).map(({ window }) => window);

const closed = (clusters: unknown, topologies = [topology]): string[] | null => {
  const [freeze] = freezesAbout([windowOf({ scope: { clusters } })], SUBJECT, topologies);
  return freeze?.clusters ? [...freeze.clusters].sort() : null;
};

describe('a freeze window is about a release', () => {
  it('when it says nothing of whom it is about', () => expect(about({})).toEqual(['weekend']));

  it('when every field of its scope fits', () => {
    const scope = { services: ['search', 'checkout'], risks: ['high', 'core'], topologies: ['production'] };
    expect(about(scope)).toEqual(['weekend']);
    expect(about(scope, { service: 'orders' })).toEqual([]);
    expect(about(scope, { risk: 'standard' })).toEqual([]);
    expect(about(scope, { topology: 'staging' })).toEqual([]);
  });

  it('only as long as it is active', () => {
    expect(freezesAbout([windowOf({ active: false })], SUBJECT, [topology])).toEqual([]);
  });
});

describe('a freeze window closes', () => {
  it('every cluster when it names none', () => {
    const [freeze] = freezesAbout([windowOf()], SUBJECT, []);
    expect(freeze && closes(freeze, ['anything'])).toBe(true);
  });

  it('a cluster that it names, with everything within it', () => {
    expect(closed(['eu'])).toEqual(['eu', 'eu-1', 'eu-2']);
    expect(closed(['us-1', 'eu-2'])).toEqual(['eu-2', 'us-1']);
    expect(closed(['nowhere'])).toEqual([]);
  });

  it('the clusters that its selector selects, with everything within them', () => {
    expect(closed({ kind: 'zone', in: 'eu' })).toEqual(['eu-1', 'eu-2']);
    expect(closed({ kind: 'region' })).toEqual(['eu', 'eu-1', 'eu-2', 'us-1']);
    expect(closed({ labels: { tier: 'web' } })).toEqual(['eu-1', 'us-1']);
    expect(closed({ in: 'nowhere' })).toEqual([]);
  });

  it('what any of the topologies says, for a cluster may have moved since the release was planned', () => {
    const now = { ...topology, spec: { clusters: topology.spec.clusters.filter(({ name }) => name === 'us') } };
    expect(closed(['eu'], [now])).toEqual([]);
    expect(closed(['eu'], [topology, now])).toEqual(['eu', 'eu-1', 'eu-2']);
  });

  it('everything when it is for certain clusters and there is no topology to find them by', () => {
    expect(closed(['eu'], [])).toBeNull();
  });

  it('a wave when it closes one of its clusters', () => {
    const [freeze] = freezesAbout([windowOf({ scope: { clusters: ['eu-1'] } })], SUBJECT, [topology]);
    if (!freeze) throw new Error('it is about the release');
    expect(closes(freeze, ['us-1', 'eu-1'])).toBe(true);
    expect(closes(freeze, ['us-1', 'eu-2'])).toBe(false);
  });
});
