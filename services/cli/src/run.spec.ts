import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { as, call } from './spec-support/call.js';
import { Gateway, problem } from './spec-support/gateway.js';
import { ID } from './spec-support/release.js';

const COMMANDS = [
  'plan',
  'apply',
  'submit',
  'approve',
  'reject',
  'start',
  'pause',
  'resume',
  'abort',
  'withdraw',
  'confirm',
  'interval',
  'rollback',
  'retry',
  'show',
  'list',
  'watch',
  'events',
  'audit',
  'audit release',
  'audit unit',
  'audit actor',
  'audit rebuild',
  'verify',
  'environment',
  'environment config',
  'environment policies',
  'policy',
  'policy list',
  'policy approve',
  'policy reject',
];

describe('a call', () => {
  it.each(COMMANDS)('of sluice %s --help shows how it is used, with examples', async (command) => {
    const { exit, out, err } = await call([...command.split(' '), '--help']);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toContain(`Usage: sluice ${command}`);
    expect(out).toContain(`$ sluice ${command}`);
    expect(out).toContain('--json');
  });

  it('of a command that there is not suggests the nearest one', async () => {
    const { exit, err } = await call(['aply', '-f', 'x.yaml']);
    expect({ exit, err }).toEqual({ exit: 1, err: "error: unknown command 'aply'\n(Did you mean apply?)\n" });
  });

  it('with an option that there is not suggests the nearest one', async () => {
    const { exit, err } = await call(['plan', '-f', 'release.yaml', '--dif', ID]);
    expect({ exit, err }).toEqual({ exit: 1, err: "error: unknown option '--dif'\n(Did you mean --diff?)\n" });
  });

  it.each([
    ['an option that there is not', ['list', '--frob']],
    ['an option without what it needs', ['list', '--limit']],
    ['a number that is none', ['list', '--limit', 'ten']],
    ['a number out of bounds', ['list', '--limit', '1001']],
    ['a missing argument', ['show']],
    ['one argument too many', ['show', 'a', 'b']],
    ['a missing reason', ['rollback', ID]],
    ['a missing file', ['plan', '-f', 'release.yaml']],
    ['a key that no header can hold', ['start', ID, '--key', 'two words']],
    ['no command at all', []],
  ])('with %s is wrong: exit code 1', async (_what, argv) => {
    const { exit, out, err } = await call(argv, { env: as('t', 'http://127.0.0.1:1') });
    expect({ exit, out }).toEqual({ exit: 1, out: '' });
    expect(err).not.toBe('');
  });

  it('that is wrong gives a program a problem document', async () => {
    const { exit, out } = await call(['list', '--frob', '--json']);
    expect(exit).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ code: 'WRONG_CALL', detail: expect.stringContaining('--frob') });
  });
});

describe('who and where', () => {
  it('is not known without a token: exit code 4, and where tokens are', async () => {
    const { exit, err } = await call(['list'], { env: {} });
    expect(exit).toBe(4);
    expect(err).toContain('SLUICE_TOKEN is not set');
    expect(err).toContain('.sluice/tokens.json');
    expect(err).toContain('export SLUICE_TOKEN=');
  });

  it('has to be a URL: exit code 1', async () => {
    const { exit, err } = await call(['list', '--url', 'localhost:7070'], { env: { SLUICE_TOKEN: 't' } });
    expect(exit).toBe(1);
    expect(err).toContain('"localhost:7070" is not an http or https URL');
  });

  it('never shows the token, not even one that cannot be sent', async () => {
    const { exit, err } = await call(['list'], { env: as('top\nsecret', 'http://127.0.0.1:1') });
    expect(exit).toBe(1);
    expect(err).not.toContain('secret');
  });

  it('is said by --url before SLUICE_URL, with the option before or after the command', async () => {
    const gateway = await Gateway.start();
    gateway.on('GET /v1/releases', { body: { releases: [], next: null } });
    const env = as('t-0', 'http://127.0.0.1:1');
    expect((await call(['list', '--url', `${gateway.url}/`], { env })).exit).toBe(0);
    expect((await call(['--url', gateway.url, 'list'], { env })).exit).toBe(0);
    expect(gateway.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer t-0', 'Bearer t-0']);
    await gateway.stop();
  });
});

describe('an answer of the service', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(() => gateway.stop());

  it.each([
    [400, 1],
    [404, 1],
    [413, 1],
    [422, 1],
    [409, 2],
    [412, 2],
    [401, 4],
    [403, 4],
    [429, 5],
    [500, 5],
    [502, 5],
    [503, 5],
    [504, 5],
  ])('with status %i is exit code %i, told to people and to programs', async (status, code) => {
    const { body, ...rest } = problem(status, 'SOME_CODE', 'some detail', { hint: 'for programs' });
    gateway.on(`GET /v1/releases/${ID}`, { ...rest, body });
    const env = as('t', gateway.url);
    const people = await call(['show', ID], { env });
    expect({ exit: people.exit, out: people.out }).toEqual({ exit: code, out: '' });
    expect(people.err).toContain('error: some code: some detail (SOME_CODE)\n');
    const program = await call(['show', ID, '--json'], { env });
    expect({ exit: program.exit, err: program.err }).toEqual({ exit: code, err: '' });
    expect(JSON.parse(program.out)).toEqual(body);
  });

  it('names each error with its place, the state now, and what to do', async () => {
    const errors = [
      { path: 'to', message: 'must be a duration such as 90s, 20m or 1h30m' },
      { path: 'spec.interval', message: 'is missing', source: 'release', line: 3, column: 7 },
    ];
    const state = { id: ID, state: 'held', revision: 14 };
    gateway.on(`POST /v1/releases/${ID}/start`, problem(409, 'WRONG_STATE', 'it is held', { errors, state }));
    const { exit, err } = await call(['start', ID], { env: as('t', gateway.url) });
    expect(exit).toBe(2);
    expect(err.split('\n')).toEqual([
      'error: wrong state: it is held (WRONG_STATE)',
      'to: must be a duration such as 90s, 20m or 1h30m',
      'release:3:7 spec.interval: is missing',
      '  now   held, revision 14',
      `  next  See how it stands: sluice show ${ID}`,
      '',
    ]);
  });

  it('that is no problem document is told by its status', async () => {
    gateway.on(`GET /v1/releases/${ID}`, (_asked, response) => void response.writeHead(502).end('<html>Bad Gateway'));
    const { exit, err } = await call(['show', ID], { env: as('t', gateway.url) });
    expect(exit).toBe(5);
    expect(err).toContain(`error: HTTP status 502: ${gateway.url} answered 502 without saying why`);
  });

  it('that is not JSON does not come from Sluice: exit code 5', async () => {
    gateway.on(`GET /v1/releases/${ID}`, (_asked, response) => void response.writeHead(200).end('<html>Hello'));
    const { exit, err } = await call(['show', ID], { env: as('t', gateway.url) });
    expect(exit).toBe(5);
    expect(err).toContain(`what answers at ${gateway.url} is not Sluice`);
  });

  it('cannot act on the terminal of whoever reads it', async () => {
    gateway.on(`GET /v1/releases/${ID}`, problem(409, 'WRONG_STATE', 'held: \u001b[2Jall is \u202ewell\nerror: none'));
    const { err } = await call(['show', ID], { env: as('t', gateway.url) });
    expect(err).toContain('held: \ufffd[2Jall is \ufffdwell error: none');
  });
});

describe('a service that does not answer', () => {
  const started = { id: ID, state: 'running', revision: 7 };
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(() => gateway.stop());

  it('cannot be reached: exit code 5', async () => {
    const gone = await Gateway.start();
    await gone.stop();
    const { exit, err } = await call(['list'], { env: as('t', gone.url) });
    expect(exit).toBe(5);
    expect(err).toContain(`nothing listens at ${gone.url}`);
    expect(err).toContain('`npm start` starts it');
  });

  it('is asked once more, with the same key, when the connection breaks', async () => {
    const path = `/v1/releases/${ID}/start`;
    gateway.on(`POST ${path}`, (_asked, response) => void response.socket?.destroy(), { body: started });
    const { exit, out } = await call(['start', ID], { env: as('t', gateway.url) });
    expect({ exit, out }).toEqual({ exit: 0, out: `${ID} is running, revision 7\n` });
    const keys = gateway.asked.filter((asked) => asked.path === path).map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is asked once more when it says that it will be back in a moment', async () => {
    const busy = { ...problem(503, 'UNAVAILABLE', 'the planner does not answer'), headers: { 'retry-after': '0' } };
    gateway.on(`POST /v1/releases/${ID}/pause`, busy, { body: started });
    expect((await call(['pause', ID], { env: as('t', gateway.url) })).exit).toBe(0);
  });

  it.each([
    ['is away for longer', { 'retry-after': '120' }],
    ['does not say for how long', {}],
  ])('is not asked again when it %s', async (_what, headers) => {
    const before = gateway.asked.length;
    const busy = { ...problem(503, 'UNAVAILABLE', 'the planner does not answer'), headers };
    gateway.on(`POST /v1/releases/${ID}/resume`, busy, { body: started });
    expect((await call(['resume', ID], { env: as('t', gateway.url) })).exit).toBe(5);
    expect(gateway.asked.length - before).toBe(1);
  });
});
