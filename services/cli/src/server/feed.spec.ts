import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#event-store';
import { Feed } from '../spec-support/feed.js';
import { type Asked, Gateway, problem } from '../spec-support/gateway.js';
import { event } from '../spec-support/release.js';
import { Api } from './api.js';
import { type FeedOptions, follow } from './feed.js';

const PATH = '/v1/events';
let gateway: Gateway;
let feed: Feed;
beforeEach(async () => {
  gateway = await Gateway.start();
  feed = new Feed();
  gateway.on(`GET ${PATH}`, feed.serve);
});
afterEach(() => gateway.stop());

/** So many events of the feed. */
async function take(number: number, options: FeedOptions): Promise<RecordedEvent[]> {
  const api = new Api({ url: gateway.url, token: 't' }, { readable: false });
  const taken: RecordedEvent[] = [];
  for await (const events of follow(api, PATH, options)) {
    taken.push(...events);
    if (taken.length >= number) break;
  }
  return taken;
}

describe('the feed', () => {
  it('gives what there is and then what comes, after a position', async () => {
    const events = [0, 1, 2, 3].map((revision) => event(revision, 'ReleaseHeld.v1', { sentence: 'é 漢字 \u2028 \n' }));
    feed.push(...events.slice(0, 3));
    const taking = take(3, { after: 1_024 });
    while (feed.listeners === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    feed.push(...events.slice(3));
    expect(await taking).toEqual(events.slice(1));
  });

  it('puts together what came in pieces, even in the middle of a letter', async () => {
    const whole = event(0, 'ReleaseHeld.v1', { sentence: 'é 漢字' });
    gateway.on(`GET ${PATH}`, (_asked, response) => {
      const bytes = Buffer.from(`id: 7\ndata: ${JSON.stringify(whole)}\n\n`);
      const send = (from: number): void => {
        if (from < bytes.length) response.write(bytes.subarray(from, from + 7), () => send(from + 7));
      };
      send(0);
    });
    expect(await take(1, {})).toEqual([whole]);
  });

  it('is given up when it cannot be taken up again for too long', async () => {
    gateway.on(`GET ${PATH}`, (_asked, response) => void response.socket?.destroy());
    const given = take(1, { delaysMs: [1, 1, 1] });
    await expect(given).rejects.toMatchObject({ exit: 5, problem: { code: 'UNREACHABLE' } });
    expect(gateway.asked).toHaveLength(4);
  });

  it('is waited for while the service starts, with every try counted anew after a success', async () => {
    const starting = problem(503, 'UNAVAILABLE', 'starting');
    const first = event(0, 'ReleaseStarted.v1', {});
    const second = event(1, 'ReleaseCompleted.v1', {});
    const once = (one: RecordedEvent) => (_asked: Asked, response: ServerResponse) =>
      void response.end(`id: ${one.position}\ndata: ${JSON.stringify(one)}\n\n`);
    gateway.on(`GET ${PATH}`, starting, starting, once(first), starting, starting, once(second));
    expect(await take(2, { delaysMs: [1, 1, 1] })).toEqual([first, second]);
  });

  it('counts a connection that says nothing for too long as broken', async () => {
    const first = event(0, 'ReleaseStarted.v1', {});
    gateway.on(
      `GET ${PATH}`,
      (_asked, response) => void response.writeHead(200).flushHeaders(),
      (_asked, response) => void response.end(`id: 1\ndata: ${JSON.stringify(first)}\n\n`),
    );
    expect(await take(1, { delaysMs: [1], quietMs: 50 })).toEqual([first]);
  });

  it.each([401, 403, 404])('is not asked for again after %i', async (status) => {
    gateway.on(`GET ${PATH}`, problem(status, 'REFUSED', 'no'));
    await expect(take(1, { delaysMs: [1, 1] })).rejects.toMatchObject({ problem: { status } });
    expect(gateway.asked).toHaveLength(1);
  });

  it('that is not made of events is not the log', async () => {
    gateway.on(`GET ${PATH}`, (_asked, response) => void response.end('data: hello\n\n'));
    await expect(take(1, { delaysMs: [1] })).rejects.toMatchObject({ exit: 5 });
    expect(gateway.asked).toHaveLength(1);
  });
});
