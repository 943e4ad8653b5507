import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { as, call } from '../spec-support/call.js';
import { Gateway } from '../spec-support/gateway.js';
import { ID } from '../spec-support/release.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.stop());

function sluice(...argv: string[]) {
  return call(argv, { env: as('t', gateway.url) });
}

const SUMMARY = {
  id: ID,
  name: 'checkout-2.4.0',
  service: 'checkout',
  version: '2.4.0',
  risk: 'standard',
  state: 'rolled-back',
  author: 'alice',
  submittedAt: '2026-01-05T10:00:00.000Z',
  startedAt: null,
  endedAt: null,
};

function entry(revision: number, sentence: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    at: `2026-01-05T10:0${revision}:00.000Z`,
    type: 'Some.v1',
    release: ID,
    revision,
    actor: { kind: 'person', id: 'alice' },
    reason: null,
    sentence,
    batch: null,
    unit: null,
    evidence: null,
    ...more,
  };
}
const VERDICT = entry(2, 'errors says failed on eu-1.1', {
  actor: { kind: 'rule', id: 'OBS-1' },
  evidence: { changed: { events: 41, exposure: 506 }, units: ['eu-1-a'] },
});
const STORY = [entry(1, 'submitted checkout 2.4.0', { reason: 'Ships the new tax table' }), VERDICT];

describe('sluice audit release', () => {
  it('tells the story: when, who, what, why, and on what evidence, over all pages', async () => {
    gateway.on(
      `GET /v1/audit/releases/${ID}`,
      { body: { release: SUMMARY, entries: STORY.slice(0, 1), next: 4711 } },
      { body: { release: SUMMARY, entries: STORY.slice(1), next: null } },
    );
    const { exit, out } = await sluice('audit', 'release', ID);
    expect(out.split('\n')).toEqual([
      `checkout-2.4.0  checkout 2.4.0, standard risk  rolled-back  ${ID}`,
      '',
      '2026-01-05 10:01:00Z  alice            submitted checkout 2.4.0 — Ships the new tax table',
      '2026-01-05 10:02:00Z  rule OBS-1       errors says failed on eu-1.1',
      '                      evidence  changed.events=41 changed.exposure=506 units=[eu-1-a]',
      '',
    ]);
    expect(exit).toBe(0);
    expect(gateway.asked.at(-1)?.query).toMatchObject({ after: '4711' });
  });

  it('is one JSON document over all pages', async () => {
    gateway.on(
      `GET /v1/audit/releases/${ID}`,
      { body: { release: SUMMARY, entries: STORY.slice(0, 1), next: 4711 } },
      { body: { release: SUMMARY, entries: STORY.slice(1), next: null } },
    );
    const { out } = await sluice('audit', 'release', ID, '--json');
    expect(JSON.parse(out)).toEqual({ release: SUMMARY, entries: STORY, next: null });
  });

  it('cuts nothing off on a terminal', async () => {
    const sentence = 'a sentence that goes on and on '.repeat(9).trim();
    const told = entry(1, sentence, { reason: 'and its reason' });
    gateway.on(`GET /v1/audit/releases/${ID}`, { body: { release: SUMMARY, entries: [told], next: null } });
    const env = { ...as('t', gateway.url), NO_COLOR: '1' };
    const { out } = await call(['audit', 'release', ID], { env, terminal: { columns: 80, rows: 24 } });
    expect(out.replace(/\s+/g, ' ')).toContain(`${sentence} — and its reason`);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('sluice audit unit', () => {
  const running = {
    unit: 'eu-1-a',
    version: '2.4.0',
    previous: '2.3.0',
    from: '2026-01-05T10:04:00.000Z',
    how: 'deployed',
    release: ID,
    batch: 'eu-1.1',
    actor: { kind: 'person', id: 'bob' },
    reason: null,
  };

  it('tells what a unit runs, since when, and who put it there', async () => {
    const body = { unit: 'eu-1-a', at: '2026-01-05T11:00:00.000Z', running, history: [running] };
    gateway.on('GET /v1/audit/units/eu-1-a', { body });
    const { exit, out } = await sluice('audit', 'unit', 'eu-1-a');
    expect(out.split('\n')).toEqual([
      `eu-1-a at 2026-01-05 11:00:00Z ran 2.4.0 since 2026-01-05 10:04:00Z, by ${ID} (bob)`,
      '',
      'FROM                  VERSION  BEFORE  HOW       WHO  RELEASE              WHY',
      `2026-01-05 10:04:00Z  2.4.0    2.3.0   deployed  bob  ${ID}`,
      '',
    ]);
    expect(exit).toBe(0);
    expect(gateway.asked.at(-1)?.query).toEqual({});
  });

  it('says so when nothing is known of that time', async () => {
    const body = { unit: 'eu-1-a', at: '2020-01-01T00:00:00.000Z', running: null, history: [] };
    gateway.on('GET /v1/audit/units/eu-1-a', { body });
    const { out } = await sluice('audit', 'unit', 'eu-1-a', '--at', '2020-01-01');
    expect(out).toBe('eu-1-a at 2020-01-01 00:00:00Z: nothing is known of that time\n');
  });

  it.each([
    ['2026-01-05T10:04:05Z', '2026-01-05T10:04:05.000Z'],
    ['2026-01-05T10:04:05+02:00', '2026-01-05T08:04:05.000Z'],
    ['2026-01-05 10:04', '2026-01-05T10:04:00.000Z'],
    ['2026-01-05 10:04:05Z', '2026-01-05T10:04:05.000Z'],
    ['2026-01-05', '2026-01-05T00:00:00.000Z'],
  ])('takes %s for %s: UTC unless it says otherwise', async (at, sent) => {
    gateway.on('GET /v1/audit/units/eu-1-a', { body: { unit: 'eu-1-a', at: sent, running: null, history: [] } });
    await sluice('audit', 'unit', 'eu-1-a', '--at', at);
    expect(gateway.asked.at(-1)?.query).toEqual({ at: sent });
  });

  it('refuses a time that is none: exit code 1', async () => {
    const { exit, err } = await sluice('audit', 'unit', 'eu-1-a', '--at', 'yesterday');
    expect(exit).toBe(1);
    expect(err).toContain('"yesterday" is not a time');
  });
});

describe('sluice audit actor', () => {
  it('tells what somebody did to which release', async () => {
    gateway.on('GET /v1/audit/actors/alice', { body: { actor: 'alice', entries: STORY.slice(0, 1), next: 'c-9' } });
    const { out, err } = await sluice('audit', 'actor', 'alice', '--limit', '1');
    expect(out).toBe(
      `2026-01-05 10:01:00Z  alice            ${ID}: submitted checkout 2.4.0 — Ships the new tax table\n`,
    );
    expect(err).toBe('there are more: --before c-9\n');
    expect(gateway.asked.at(-1)?.query).toEqual({ limit: '1' });
  });

  it('tells what somebody did to a policy without the name of a release', async () => {
    const proposed = entry(1, 'policy default proposed', { release: '' });
    gateway.on('GET /v1/audit/actors/alice', { body: { actor: 'alice', entries: [proposed], next: null } });
    const { out } = await sluice('audit', 'actor', 'alice');
    expect(out).toBe('2026-01-05 10:01:00Z  alice            policy default proposed\n');
  });
});

describe('sluice audit rebuild', () => {
  it('says what it came to', async () => {
    gateway.on('POST /v1/audit/rebuild', { body: { events: 12_345, seconds: 3.21 } });
    expect(await sluice('audit', 'rebuild')).toEqual({
      exit: 0,
      out: 'rebuilt from 12,345 events in 3.2 s\n',
      err: '',
    });
    expect(gateway.asked.at(-1)?.body).toEqual({});
  });
});

describe('sluice verify', () => {
  const sound = { ok: true, streams: 12, events: 3_456, firstProblem: null, mismatches: [] };

  it('says ok and how much was looked at: exit code 0', async () => {
    gateway.on('GET /v1/audit/integrity', { body: sound });
    const out = 'ok: 3,456 events in 12 streams, every hash and every state fits\n';
    expect(await sluice('verify')).toEqual({ exit: 0, out, err: '' });
    expect(gateway.asked.at(-1)?.query).toEqual({});
  });

  it('asks for one release when it is given one', async () => {
    gateway.on('GET /v1/audit/integrity', { body: sound });
    await sluice('verify', ID);
    expect(gateway.asked.at(-1)?.query).toEqual({ release: ID });
  });

  it('names the first event that does not fit: exit code 3, for programs too', async () => {
    const broken = {
      ...sound,
      ok: false,
      firstProblem: { stream: `release-${ID}`, revision: 7, event: 'e-7', why: 'its hash is another one' },
      mismatches: [{ release: ID, log: 'held', projection: 'running' }],
    };
    gateway.on('GET /v1/audit/integrity', { body: broken });
    const { exit, out } = await sluice('verify');
    expect(exit).toBe(3);
    expect(out.split('\n')).toEqual([
      'not ok: 3,456 events in 12 streams',
      `  release-${ID}@7  is the first event that does not fit (e-7): its hash is another one`,
      `  ${ID}  the log says held, the read model running; sluice audit rebuild makes it anew`,
      '',
    ]);
    const program = await sluice('verify', '--json');
    expect(program.exit).toBe(3);
    expect(JSON.parse(program.out)).toEqual(broken);
  });
});
