import { describe, expect, it } from '@jest/globals';
import type { ReleaseSpec } from '../documents/release.js';
import { environmentOf, policyOf, releaseOf, topologyOf } from './documents.spec-support.js';
import { factsOf, type PlanFacts } from './facts.js';
import { indexTopology } from './index-topology.js';
import { plan } from './plan.js';
import { resolveStages } from './select-clusters.js';
import { whatIf } from './what-if.js';

const topology = topologyOf({ a: 6, b: 3 });
const release = releaseOf({ rollout: [{ clusters: ['a', 'b'], batches: [1, '50%', '100%'] }] });
const environment = environmentOf(1);
const policy = policyOf();

/** The facts of the release as they are while it is planned. */
function planning(): PlanFacts {
  const made = plan(release, topology, policy);
  if (!made.ok) throw new Error('cannot be planned');
  const index = indexTopology(topology);
  const { stages } = resolveStages(release.spec.rollout, index);
  const origin = { topology, index, stages, environment };
  const { batches, drivers } = made.plan;
  return factsOf({ batches, staging: null, spec: release.spec, policy: policy.spec, drivers, origin });
}

const wish = (change: Partial<ReleaseSpec>): ReleaseSpec => ({ ...release.spec, ...change });
const [stage] = release.spec.rollout;
const withBatches = (...batches: (number | string)[]) => wish({ rollout: stage ? [{ ...stage, batches }] : [] });

describe('what would be if the release were another one', () => {
  it.each([
    ['other batches', withBatches(1, '100%')],
    ['clusters side by side', wish({ rollout: stage ? [{ ...stage, order: 'parallel' }] : [] })],
    ['other intervals', wish({ interval: { default: '7m', first: '9m', batches: { 'b.2': '1m' } } })],
  ])('is what would be planned: %s', (_, spec) => {
    const made = plan({ ...release, spec }, topology, policy);
    const tried = whatIf(planning(), spec);
    expect(made.ok && made.plan.batches).toEqual(tried?.batches);
    expect(tried?.spec).toEqual(spec);
  });

  it('takes intervals of batches along that there would be no more', () => {
    const interval = { default: '10m', batches: { 'a.2': '1m', 'a.3': '1m' } };
    const shorter = whatIf(planning(), { ...withBatches(1, '100%'), interval });
    expect(shorter?.spec.interval).toEqual({ default: '10m', batches: { 'a.2': '1m' } });
  });

  it('begins in the environment that is at hand', () => {
    const staging = {
      environment: 'checkout-staging',
      traffic: { production: '1%', internal: '100%' },
      observe: '10m',
    };
    const tried = whatIf(planning(), wish({ staging: { ...staging, traffic: { ...staging.traffic, mode: 'split' } } }));
    expect(tried?.staging).toMatchObject({ environment: 'checkout-staging', units: [{ id: 'staging-1' }] });
    expect(
      whatIf(planning(), wish({ staging: { ...staging, traffic: { ...staging.traffic, mode: 'mirror' } } })),
    ).toBeNull();
  });

  it.each([
    ['does not read', withBatches(4, 2, '100%')],
    ['stops short of a cluster', withBatches(1, 4)],
  ])('is nothing when such a release %s', (_, spec) => {
    expect(whatIf(planning(), spec)).toBeNull();
  });

  it('is not known when it is not known what it would be planned with', () => {
    expect(whatIf({ ...planning(), origin: undefined }, release.spec)).toBeNull();
  });
});
