import { describe, expect, it } from '@jest/globals';
import type { Environment } from '../documents/environment/environment.js';
import { Topology } from '../documents/topology.js';
import { environmentOf, policyOf, releaseOf, topologyOf } from './documents.spec-support.js';
import { type PlanResult, plan } from './plan.js';

const rollout = [{ clusters: ['eu-1'], batches: [1, '100%'] }];
const STAGING = { environment: 'checkout-staging' };

function planWith(
  environment: Environment | null,
  spec: Record<string, unknown> = {},
  policy = policyOf(),
): PlanResult {
  const release = releaseOf({ rollout, staging: STAGING, ...spec });
  return plan(release, topologyOf({ 'eu-1': 4 }), policy, environment);
}

function told(result: PlanResult): string[] {
  return result.ok ? [] : result.problems.map(({ source, path, message }) => `${source} ${path} ${message}`);
}

describe('a plan that begins in staging', () => {
  const environment = environmentOf(2);

  it('takes the units of the service, what is asked of the traffic, and the environment as it is', () => {
    const result = planWith(environment, { staging: { ...STAGING, traffic: { production: '2%' }, observe: '30m' } });
    expect(result.ok && result.plan.staging).toEqual({
      environment: 'checkout-staging',
      spec: environment.spec,
      units: [
        { id: 'staging-1', driver: 'exec', address: '10.9.0.1:8001' },
        { id: 'staging-2', driver: 'exec', address: '10.9.0.1:8002' },
      ],
      traffic: { production: '2%', internal: '100%', mode: 'split' },
      interval: '30m',
    });
  });

  it('has the same batches and the same time of observation in production as one without', () => {
    const straight = plan(releaseOf({ rollout }), topologyOf({ 'eu-1': 4 }), policyOf());
    const through = planWith(environment);
    if (!straight.ok || !through.ok) throw new Error('cannot be planned');
    const { staging: _staging, ...production } = through.plan;
    expect(production).toEqual({ ...straight.plan, staging: undefined });
    expect(straight.plan.staging).toBeNull();
  });

  it('leaves an environment alone that the release does not ask for', () => {
    const result = planWith(environment, { staging: undefined });
    expect(result.ok && result.plan.staging).toBeNull();
  });

  it('can be made without the environment at hand, and says so', () => {
    const result = planWith(null);
    expect(result.ok && result.plan.staging).toMatchObject({ environment: 'checkout-staging', spec: null, units: [] });
    expect(result.ok && result.plan.findings).toMatchObject([{ rule: 'STG-1', severity: 'warn', batch: null }]);
    expect(result.ok && result.plan.approval).toBeNull();
  });

  it('needs the approval of an exception when it breaks a rule of staging', () => {
    const blind = planWith(environmentOf(1, { calls: [] }));
    expect(blind.ok && blind.plan.approval).toEqual({ level: 'director', because: ['STG-2'] });
    const straight = planWith(environment, { staging: undefined }, policyOf({ staging: { required: ['standard'] } }));
    expect(straight.ok && straight.plan.approval).toEqual({ level: 'director', because: ['STG-3'] });
  });

  it('RBK-1: has units in staging that can be rolled back', () => {
    const units = [{ id: 'staging-1', driver: 'teleport', address: '10.9.0.1:8001' }];
    const result = planWith(environmentOf(1, { services: [{ name: 'checkout', units }] }));
    expect(result.ok && result.plan.findings).toMatchObject([
      { rule: 'RBK-1', message: '1 unit (staging-1) could not be rolled back: there is no driver teleport' },
    ]);
  });
});

describe('a release that cannot begin in its environment', () => {
  const AT = 'release spec.staging.environment';

  it('is planned with another environment than the one that it names', () => {
    const other = { ...environmentOf(1), metadata: { name: 'other' } };
    expect(told(planWith(other))).toEqual([`${AT} is checkout-staging, but the environment at hand is other`]);
  });

  it('is of a service that the stack does not have', () => {
    const units = [{ id: 'staging-1', address: '10.9.0.1:8001' }];
    const typo = environmentOf(1, { services: [{ name: 'chekout', units }] });
    expect(told(planWith(typo))).toEqual([
      `${AT} the stack of checkout-staging has no service checkout, did you mean \`chekout\`?`,
    ]);
  });

  it('has a unit of production under another name', () => {
    const units = [{ id: 'staging-1', address: '10.1.0.3:8080' }];
    const clusters = [{ name: 'eu-1', kind: 'zone', units: [{ id: 'eu-1-1', address: '10.1.0.3:8080' }] }];
    const topology = Topology.parse({ ...topologyOf({ any: 1 }), spec: { clusters } });
    const release = releaseOf({ rollout: [{ clusters: ['eu-1'], batches: ['100%'] }], staging: STAGING });
    const other = environmentOf(1, { services: [{ name: 'checkout', units }] });
    expect(told(plan(release, topology, policyOf(), other))).toEqual([
      `${AT} is not isolated: unit staging-1 has the address of production's eu-1-1`,
    ]);
  });

  it('shares a unit with production', () => {
    const shared = (id: string) => [{ id, address: '10.9.0.1:8001' }];
    expect(told(planWith(environmentOf(1, { services: [{ name: 'checkout', units: shared('eu-1-3') }] })))).toEqual([
      `${AT} is not isolated: unit eu-1-3 is one of production's too`,
    ]);
    const services = [
      { name: 'checkout', units: [{ id: 'staging-1', address: '10.9.0.1:8001' }] },
      { name: 'orders', units: [{ id: 'eu-1-4', address: '10.9.0.1:8002' }] },
    ];
    expect(told(planWith(environmentOf(1, { services })))).toEqual([
      `${AT} is not isolated: unit eu-1-4 is one of production's too`,
    ]);
  });

  it('asks a router to mirror that cannot', () => {
    const staging = { ...STAGING, traffic: { mode: 'mirror' } };
    expect(told(planWith(environmentOf(1), { staging }))).toEqual([
      'release spec.staging.traffic.mode haproxy cannot mirror; nginx and gatewayApi can',
    ]);
    const nginx = { split: '/etc/nginx/split.conf', test: ['nginx', '-t'], reload: ['nginx', '-s', 'reload'] };
    expect(told(planWith(environmentOf(1, { router: { nginx } }), { staging }))).toEqual([]);
  });

  it('is told so together with what else is wrong', () => {
    const other = { ...environmentOf(1), metadata: { name: 'other' } };
    const mars = [{ clusters: ['mars'], batches: ['100%'] }];
    expect(told(planWith(other, { rollout: mars }))).toHaveLength(2);
  });
});
