import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConfigurationAnswer, PLANNER, type ProposalAnswer, Rejection } from '#messaging';
import { type NatsServer, startNats } from '#testing';
import { GatewayInTest } from './gateway-in-test.js';
import { StandIns } from './stand-ins.js';

const POLICY = { apiVersion: 'sluice/v1', kind: 'Policy', metadata: { name: 'default' }, spec: {} };
const IN_FORCE: ConfigurationAnswer = {
  kind: 'Policy',
  name: 'default',
  revision: 1,
  digest: 'd1',
  by: 'admin',
  at: '2026-01-05T09:00:00.000Z',
};
const PROPOSED: ConfigurationAnswer = {
  ...IN_FORCE,
  revision: 3,
  digest: 'd2',
  proposal: {
    level: 'director',
    base: 1,
    stale: false,
    looser: [{ path: 'spec.total.high', from: '60m', to: '30m', words: 'the least time in all is 30m' }],
    unlisted: 0,
  },
};
const DECIDED: ProposalAnswer = {
  name: 'default',
  decision: 'approve',
  digest: 'd2',
  level: 'director',
  by: 'director',
  at: '2026-01-05T10:00:00.000Z',
  revision: 4,
};
const reason = 'measured for a year';

let nats: NatsServer;
let services: StandIns;
let gateway: GatewayInTest;

beforeAll(async () => {
  nats = await startNats();
  services = await StandIns.start(nats.url);
  gateway = await GatewayInTest.start({ NATS_URL: nats.url, EVENT_STORE_URL: 'memory://' });
  services.answer(PLANNER.decideProposal, () => DECIDED);
}, 30_000);
afterAll(async () => {
  await gateway.stop();
  await services.stopAll();
  await nats.stop();
});

describe('a policy', () => {
  it('that is in force is there: 201', async () => {
    services.answer(PLANNER.registerConfiguration, () => IN_FORCE);
    const answer = await gateway.post('/v1/policies', { body: POLICY });
    expect([answer.status, answer.body]).toEqual([201, IN_FORCE]);
  });

  it('that is proposed was taken: 202, with what is looser and who has to approve it', async () => {
    services.answer(PLANNER.registerConfiguration, () => PROPOSED);
    const answer = await gateway.post('/v1/policies', { body: POLICY });
    expect([answer.status, answer.body]).toEqual([202, PROPOSED]);
  });

  it('is listed apart from what is proposed', async () => {
    services.answer(PLANNER.listConfigurations, () => [IN_FORCE, PROPOSED]);
    const { body } = await gateway.get('/v1/policies', { as: 'viewer' });
    expect(body).toEqual({ policies: [IN_FORCE], proposals: [PROPOSED] });
  });
});

describe('a word on a proposed policy', () => {
  const PATH = '/v1/policies/default/approvals';

  it.each([
    [{ reason }, { decision: 'approve' }],
    [
      { reason, decision: 'approve', digest: 'd2' },
      { decision: 'approve', digest: 'd2' },
    ],
    [{ reason, decision: 'reject' }, { decision: 'reject' }],
  ])('goes to the planner with who gives it and why: %j', async (body, word) => {
    const answer = await gateway.post(PATH, { as: 'director', body });
    expect([answer.status, answer.body]).toEqual([200, DECIDED]);
    const { meta, ...request } = services.last(PLANNER.decideProposal);
    expect(request).toEqual({ name: 'default', ...word });
    expect(meta).toMatchObject({ actor: { id: 'director', level: 'director' }, reason });
  });

  it.each([
    ['a reason', {}, 'reason'],
    ['a decision that there is', { reason, decision: 'postpone' }, 'decision'],
  ])('is refused without %s', async (_, body, path) => {
    const answer = await gateway.post(PATH, { as: 'director', body });
    expect([answer.status, answer.body.code]).toEqual([422, 'INVALID_REQUEST']);
    expect(answer.body.errors).toEqual([expect.objectContaining({ path })]);
  });

  it('needs the role of an approver', async () => {
    const answer = await gateway.post(PATH, { as: 'operator', body: { reason } });
    expect([answer.status, answer.body.code]).toEqual([403, 'ROLE_MISSING']);
  });

  it.each([
    ['conflict', 'STALE_PROPOSAL', 409],
    ['forbidden', 'SELF_APPROVAL', 403],
    ['not-found', 'UNKNOWN_POLICY', 404],
  ] as const)('that the planner refuses (%s) is told with code and words', async (kind, code, status) => {
    services.answer(PLANNER.decideProposal, () => {
      throw new Rejection({ kind, code, message: 'in plain words' });
    });
    const answer = await gateway.post(PATH, { as: 'director', body: { reason } });
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([status, code, 'in plain words']);
  });
});
