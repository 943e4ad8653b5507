import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from '../documents/policy.js';
import { Release } from '../documents/release.js';
import { Topology } from '../documents/topology.js';
import { driftOf } from './drift.js';
import { plan } from './plan.js';

type Zones = Readonly<Record<string, readonly string[]>>;

function topology(zones: Zones, more: object[] = []): Topology {
  const clusters = Object.entries(zones).map(([name, ids]) => ({
    name,
    kind: 'zone',
    labels: { tier: 'web' },
    units: ids.map((id) => ({ id })),
  }));
  return Topology.parse({
    apiVersion: 'sluice/v1',
    kind: 'Topology',
    metadata: { name: 'production' },
    spec: { drivers: { exec: { inspect: ['i'], deploy: ['d'] } }, clusters: [...clusters, ...more] },
  });
}

const BEFORE: Zones = { eu: ['eu-a', 'eu-b'], us: ['us-a', 'us-b'], lab: ['lab-a', 'lab-b'] };

/** What a release over the zones of before, planned as this rollout says, has to know of the topology of now. */
function drift(stage: object, now: Topology) {
  const release = Release.parse({
    apiVersion: 'sluice/v1',
    kind: 'Release',
    metadata: { name: 'r' },
    spec: { service: 's', version: '2', topology: 'production', rollout: [stage], reason: 'r' },
  });
  const planned = plan(release, topology(BEFORE), DEFAULT_POLICY);
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  const { added, removed } = driftOf(release.spec.rollout, planned.plan.batches, now);
  return { added: added.map(({ cluster, units }) => `${cluster}: ${units.map(({ id }) => id)}`), removed };
}

const BY_NAME = { clusters: ['eu', 'us'], batches: [1, '100%'] };
const BY_KIND = { clusters: { kind: 'zone' }, exclude: ['lab'], batches: [1, '100%'] };

describe('what has changed of a topology', () => {
  it.each([{ stage: BY_NAME }, { stage: BY_KIND }])('is nothing when it is registered again: $stage', ({ stage }) => {
    expect(drift(stage, topology(BEFORE))).toEqual({ added: [], removed: [] });
  });

  it('are the units that came to the clusters of the release and those that are gone from them', () => {
    const now = topology({ ...BEFORE, eu: ['eu-b', 'eu-c', 'eu-d'], us: ['us-a', 'us-b', 'us-c'] });
    expect(drift(BY_NAME, now)).toEqual({ added: ['eu: eu-c,eu-d', 'us: us-c'], removed: ['eu-a'] });
  });

  it('is nothing where the release does not go: clusters that it does not take, or leaves out', () => {
    const now = topology({ ...BEFORE, lab: ['lab-a', 'lab-c'], ap: ['ap-a'] });
    expect(drift(BY_NAME, now)).toEqual({ added: [], removed: [] });
    expect(drift(BY_KIND, now)).toEqual({ added: ['ap: ap-a'], removed: [] });
  });

  it('are all units of a cluster that is gone, by its name or from what a selector finds', () => {
    const { us: _us, ...rest } = BEFORE;
    expect(drift(BY_NAME, topology(rest))).toEqual({ added: [], removed: ['us-a', 'us-b'] });
    expect(drift(BY_KIND, topology(rest))).toEqual({ added: [], removed: ['us-a', 'us-b'] });
  });

  it('is nothing for a unit that has moved to another cluster of the release, or is reached in another way', () => {
    const moved = topology({ ...BEFORE, eu: ['eu-a', 'eu-b', 'us-b'], us: ['us-a'] });
    expect(drift(BY_NAME, moved)).toEqual({ added: [], removed: [] });
    const { eu: _eu, ...rest } = BEFORE;
    const elsewhere = { name: 'eu', kind: 'zone', units: [{ id: 'eu-a', address: '10.0.0.1:80' }, { id: 'eu-b' }] };
    expect(drift(BY_NAME, topology(rest, [elsewhere]))).toEqual({ added: [], removed: [] });
  });
});
