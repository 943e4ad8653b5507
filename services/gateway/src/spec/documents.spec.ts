import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Environment, FreezeWindow, Policy, Release, Topology } from '#domain';
import { type ConfigurationAnswer, type Contract, PLANNER, Rejection, type SubmissionAnswer } from '#messaging';
import { type NatsServer, startNats } from '#testing';
import { GatewayInTest } from './gateway-in-test.js';
import { StandIns } from './stand-ins.js';

const TOPOLOGY = {
  apiVersion: 'sluice/v1',
  kind: 'Topology',
  metadata: { name: 'production' },
  spec: { clusters: [{ name: 'eu', kind: 'zone', units: [{ id: 'eu-a' }, { id: 'eu-b' }] }] },
};
const RELEASE = {
  apiVersion: 'sluice/v1',
  kind: 'Release',
  metadata: { name: 'checkout-2' },
  spec: {
    service: 'checkout',
    version: '2',
    topology: 'production',
    rollout: [{ clusters: ['eu'], batches: [1, '100%'] }],
    reason: 'new tax table',
  },
};
const RELEASE_YAML = `apiVersion: sluice/v1
kind: Release
metadata: { name: checkout-2 }
spec:
  service: checkout
  version: "2"
  topology: production
  rollout:
    - clusters: [eu]
      batches: [1, 100%]
  reason: new tax table
`;
const POLICY = { apiVersion: 'sluice/v1', kind: 'Policy', metadata: { name: 'default' }, spec: {} };
const ENVIRONMENT = {
  apiVersion: 'sluice/v1',
  kind: 'Environment',
  metadata: { name: 'checkout-staging' },
  spec: {
    services: [{ name: 'checkout', units: [{ id: 'stage-a', address: '10.9.0.1:8080' }], calls: ['stock'] }],
    router: { haproxy: { admin: '/run/haproxy/admin.sock', map: '/etc/haproxy/sluice.map' } },
    upstreams: [{ name: 'stock', addresses: ['10.3.0.1:8080'], access: 'read-only' }],
  },
};
const FREEZE_WINDOW = {
  apiVersion: 'sluice/v1',
  kind: 'FreezeWindow',
  metadata: { name: 'weekend' },
  spec: { reason: 'nobody is there', from: '2026-01-02T18:00', duration: '62h', recurrence: 'FREQ=WEEKLY;BYDAY=FR' },
};
const REGISTERED: ConfigurationAnswer = {
  kind: 'Topology',
  name: 'production',
  revision: 1,
  digest: 'd',
  by: 'admin',
  at: '2026-01-05T09:00:00.000Z',
};
const SUBMITTED: SubmissionAnswer = {
  id: 'checkout-2-12345678',
  name: 'checkout-2',
  state: 'planned',
  revision: 4,
  approval: { level: 'peer', because: [] },
  findings: [],
};
const yaml = { 'content-type': 'application/yaml' };

let nats: NatsServer;
let services: StandIns;
let gateway: GatewayInTest;

beforeAll(async () => {
  nats = await startNats();
  services = await StandIns.start(nats.url);
  gateway = await GatewayInTest.start({ NATS_URL: nats.url, EVENT_STORE_URL: 'memory://' });
  services.answer(PLANNER.registerConfiguration, () => REGISTERED);
  services.answer(PLANNER.submitRelease, () => SUBMITTED);
}, 30_000);
afterAll(async () => {
  await gateway.stop();
  await services.stopAll();
  await nats.stop();
});

describe('a document', () => {
  it.each([
    ['/v1/topologies', 'Topology', TOPOLOGY],
    ['/v1/policies', 'Policy', POLICY],
    ['/v1/environments', 'Environment', ENVIRONMENT],
    ['/v1/freeze-windows', 'FreezeWindow', FREEZE_WINDOW],
  ])('sent to %s goes to the planner as it is', async (path, kind, document) => {
    const answer = await gateway.post(path, { as: 'admin', body: document });
    expect([answer.status, answer.body]).toEqual([201, REGISTERED]);
    expect(services.last(PLANNER.registerConfiguration)).toMatchObject({
      kind,
      document,
      meta: { actor: { id: 'admin' } },
    });
  });

  it('may be YAML', async () => {
    await gateway.post('/v1/topologies', { body: JSON.stringify(TOPOLOGY), headers: yaml });
    expect(services.last(PLANNER.registerConfiguration).document).toEqual(Topology.parse(TOPOLOGY));
    await gateway.post('/v1/policies', { body: JSON.stringify(POLICY), headers: { 'content-type': 'text/yaml' } });
    expect(services.last(PLANNER.registerConfiguration).document).toEqual(Policy.parse(POLICY));
    await gateway.post('/v1/environments', { body: JSON.stringify(ENVIRONMENT), headers: yaml });
    expect(services.last(PLANNER.registerConfiguration).document).toEqual(Environment.parse(ENVIRONMENT));
    await gateway.post('/v1/freeze-windows', { body: JSON.stringify(FREEZE_WINDOW), headers: yaml });
    expect(services.last(PLANNER.registerConfiguration).document).toEqual(FreezeWindow.parse(FREEZE_WINDOW));
  });

  it('that is not sound as YAML is refused with the line and column of everything that is wrong', async () => {
    const body = RELEASE_YAML.replace('version: "2"', 'version: 2').replace('reason:', 'raeson:');
    const answer = await gateway.post('/v1/releases', { as: 'author', body, headers: yaml });
    expect([answer.status, answer.body.code]).toEqual([422, 'INVALID_DOCUMENT']);
    expect(answer.body.errors).toEqual([
      expect.objectContaining({ path: 'spec.reason', message: 'is missing', source: 'release' }),
      expect.objectContaining({ path: 'spec.version', source: 'release', line: 6, column: 12 }),
      expect.objectContaining({ path: 'spec.raeson', source: 'release', line: 11, column: 3 }),
    ]);
  });

  it('that describes a stack with a hole is refused with the place of the hole', async () => {
    const body = JSON.stringify(ENVIRONMENT, null, 1).replace('"stock"', '"stocks"');
    const answer = await gateway.post('/v1/environments', { body, headers: yaml });
    expect([answer.status, answer.body.code]).toEqual([422, 'INVALID_DOCUMENT']);
    expect(answer.body.errors).toEqual([
      {
        path: 'spec.services[0].calls[0]',
        message: expect.stringContaining('stocks is neither one of its services nor an upstream'),
        source: 'environment',
        line: 18,
        column: 6,
      },
    ]);
  });

  it('that brings a rule which cannot be evaluated is refused with the place of its expression', async () => {
    const rules = [{ id: 'ORG-1', when: 'plan.unts > 4', message: 'too many' }];
    const body = JSON.stringify({ ...POLICY, spec: { rules } }, null, 1);
    const answer = await gateway.post('/v1/policies', { body, headers: yaml });
    expect([answer.status, answer.body.code]).toEqual([422, 'INVALID_DOCUMENT']);
    expect(answer.body.errors).toEqual([
      {
        path: 'spec.rules[0].when',
        message: 'there is no field unts, did you mean `units`? (at character 6)',
        source: 'policy',
        line: 11,
        column: 13,
      },
    ]);
  });

  it('that recurs without an end is refused with the place of its rule', async () => {
    const body = JSON.stringify(FREEZE_WINDOW, null, 1).replace('FREQ=WEEKLY;BYDAY=FR', 'FREQ=DAILY');
    const answer = await gateway.post('/v1/freeze-windows', { body, headers: yaml });
    expect([answer.status, answer.body.code]).toEqual([422, 'INVALID_DOCUMENT']);
    expect(answer.body.errors).toEqual([
      {
        path: 'spec.recurrence',
        message: expect.stringContaining('never ends'),
        source: 'freeze window',
        line: 11,
        column: 17,
      },
    ]);
  });

  it('that the planner refuses is refused with line and column when it came as YAML', async () => {
    const errors = [{ path: 'spec.topology', message: 'there is no topology production', source: 'release' }];
    services.answer(PLANNER.planRelease, () => {
      throw new Rejection({ kind: 'invalid', code: 'INVALID_DOCUMENT', message: '1 problem found', errors });
    });
    const fromYaml = await gateway.post('/v1/plans', { body: RELEASE_YAML, headers: yaml });
    expect([fromYaml.status, fromYaml.body.errors]).toEqual([422, [{ ...errors[0], line: 7, column: 13 }]]);
    const fromJson = await gateway.post('/v1/plans', { body: RELEASE });
    expect([fromJson.status, fromJson.body.errors]).toEqual([422, errors]);
  });

  it('may be large', async () => {
    const units = Array.from({ length: 100_000 }, (_, index) => ({
      id: `unit-${index}`,
      address: `10.0.0.1:${index}`,
    }));
    const document = { ...TOPOLOGY, spec: { clusters: [{ name: 'eu', kind: 'zone', units }] } };
    expect((await gateway.post('/v1/topologies', { body: document })).status).toBe(201);
    expect(services.last(PLANNER.registerConfiguration).document).toEqual(document);
  }, 30_000);

  it('that is more than fits into a message is refused as too large', async () => {
    const name = randomBytes(3_000_000).toString('base64');
    const answer = await gateway.post('/v1/topologies', { body: { ...TOPOLOGY, metadata: { name } } });
    expect([answer.status, answer.body.code]).toEqual([413, 'MESSAGE_TOO_LARGE']);
  });

  it.each([
    ['nothing', undefined],
    ['text', '"topology"'],
    ['null', 'null'],
  ])('cannot be %s', async (_, body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await gateway.post('/v1/topologies', body === undefined ? {} : { body, headers });
    expect([answer.status, answer.body.code]).toEqual([422, 'INVALID_DOCUMENT']);
  });

  it('cannot be nested without end', async () => {
    const body = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const answer = await gateway.post('/v1/topologies', { body, headers: { 'content-type': 'application/json' } });
    expect([answer.status, answer.body.code]).toEqual([422, 'INVALID_DOCUMENT']);
  });
});

describe('a submission', () => {
  it('is answered with the id, where it is, and its revision', async () => {
    const answer = await gateway.post('/v1/releases', { as: 'author', body: RELEASE });
    expect([answer.status, answer.body]).toEqual([201, SUBMITTED]);
    expect(answer.headers.get('location')).toBe('/v1/releases/checkout-2-12345678');
    expect(answer.headers.get('etag')).toBe('"4"');
    expect(services.last(PLANNER.submitRelease)).toMatchObject({
      document: RELEASE,
      meta: { actor: { id: 'author' } },
    });
  });

  it('may be YAML', async () => {
    const answer = await gateway.post('/v1/releases', { as: 'author', body: RELEASE_YAML, headers: yaml });
    expect(answer.status).toBe(201);
    expect(services.last(PLANNER.submitRelease).document).toEqual(Release.parse(RELEASE));
  });
});

describe('a preview', () => {
  it.each([
    ['a release', RELEASE, { release: RELEASE }],
    [
      'a release with what to plan it with',
      { release: RELEASE, topology: TOPOLOGY, policy: POLICY, environment: ENVIRONMENT },
      undefined,
    ],
  ])('takes %s', async (_, body, request) => {
    services.answer(PLANNER.planRelease as Contract<unknown, unknown>, () => ({ release: 'checkout-2' }));
    const answer = await gateway.post('/v1/plans', { as: 'viewer', body });
    expect([answer.status, answer.body]).toEqual([200, { release: 'checkout-2' }]);
    expect(services.last(PLANNER.planRelease)).toEqual(request ?? body);
  });

  it('is told when it would start', async () => {
    services.answer(PLANNER.planRelease as Contract<unknown, unknown>, () => ({ release: 'checkout-2' }));
    const at = '2026-01-05T12:00:00+02:00';
    const answer = await gateway.post(`/v1/plans?at=${encodeURIComponent(at)}`, { body: RELEASE });
    expect(answer.status).toBe(200);
    expect(services.last(PLANNER.planRelease)).toEqual({ release: RELEASE, at });
    const wrong = await gateway.post('/v1/plans?at=tomorrow', { body: RELEASE });
    expect([wrong.status, wrong.body.errors]).toEqual([
      422,
      [expect.objectContaining({ path: 'at', source: 'query' })],
    ]);
  });

  it('takes nothing else beside', async () => {
    const answer = await gateway.post('/v1/plans', { body: { release: RELEASE, topologie: TOPOLOGY } });
    expect([answer.status, answer.body.code]).toEqual([422, 'INVALID_REQUEST']);
  });
});
