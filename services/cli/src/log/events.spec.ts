import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { as, call } from '../spec-support/call.js';
import { Feed } from '../spec-support/feed.js';
import { Gateway, problem, type Reply } from '../spec-support/gateway.js';
import { event, ID } from '../spec-support/release.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.stop());

const EVENTS = Array.from({ length: 5 }, (_, i) => event(i, 'BatchPassed.v1', { batch: `eu-1.${i + 1}` }));

/** Pages of two events, as the gateway makes them. */
const paged: Reply = ({ query }, response) => {
  const rest = EVENTS.filter(({ position }) => position > Number(query.after ?? -1));
  const page = rest.slice(0, Math.min(2, Number(query.limit)));
  response.end(JSON.stringify({ events: page, next: page.length < rest.length ? page.at(-1)?.position : null }));
};

describe('sluice events', () => {
  it('prints all there are, page after page, an event a line', async () => {
    gateway.on(`GET /v1/releases/${ID}/events`, paged);
    const { exit, out, err } = await call(['events', ID], { env: as('t', gateway.url) });
    const lines = out.split('\n');
    expect(lines[0]).toBe(`    1024  2026-01-05 10:00:00Z  release-${ID}@0  BatchPassed.v1  rule OBS-1  batch=eu-1.1`);
    expect(lines).toHaveLength(6);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
  });

  it('stops at the limit and says where to go on', async () => {
    gateway.on('GET /v1/events', paged);
    const { out, err } = await call(['events', '--limit', '3', '--after', '1024'], { env: as('t', gateway.url) });
    expect(out.split('\n').map((line) => line.trim().split(' ')[0])).toEqual(['2048', '3072', '4096', '']);
    expect(err).toBe('there are more: --after 4096\n');
  });

  it('is one JSON document with what was read and where to go on', async () => {
    gateway.on('GET /v1/events', paged);
    const env = as('t', gateway.url);
    expect(JSON.parse((await call(['events', '--json'], { env })).out)).toEqual({ events: EVENTS, next: null });
    const some = JSON.parse((await call(['events', '--json', '--limit', '4'], { env })).out);
    expect(some).toEqual({ events: EVENTS.slice(0, 4), next: 4_096 });
  });

  it('follows with one JSON object a line', async () => {
    const feed = new Feed();
    gateway.on('GET /v1/events', feed.serve);
    feed.push(...EVENTS.slice(0, 3));
    const following = call(['events', '--follow', '--json', '--after', '1024', '--limit', '4'], {
      env: as('t', gateway.url),
    });
    while (feed.listeners === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    feed.push(...EVENTS.slice(3));
    const { exit, out } = await following;
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(EVENTS.slice(1));
    expect(exit).toBe(0);
  });

  it('tells a program that follows of a failure in a line of its own too', async () => {
    gateway.on('GET /v1/events', problem(401, 'UNAUTHENTICATED', 'the token is not known'));
    const { exit, out } = await call(['events', '--follow', '--json'], { env: as('t', gateway.url) });
    expect(exit).toBe(4);
    expect(JSON.parse(out)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(out.split('\n')).toHaveLength(2);
  });

  it('shortens a line to fit the terminal', async () => {
    gateway.on('GET /v1/events', paged);
    const env = { ...as('t', gateway.url), NO_COLOR: '1' };
    const { out } = await call(['events'], { env, terminal: { columns: 60, rows: 24 } });
    expect(
      out
        .split('\n')
        .slice(0, 5)
        .every((line) => line.length <= 60 && line.endsWith('…')),
    ).toBe(true);
  });
});
