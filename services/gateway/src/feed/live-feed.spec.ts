import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { type EventHandler, MemoryEventStore, type RecordedEvent, type SubscribeOptions } from '#event-store';
import { createLogger } from '#runtime';
import { GatewayConfig } from '../config.js';
import { FeedDelay } from '../metrics/feed-delay.js';
import { append } from '../spec/events-in-test.js';
import { until } from '../spec/until.js';
import { LiveFeed } from './live-feed.js';

const silence = createLogger('gateway', 'silent');
const config = GatewayConfig.parse({});
const everything = () => true;
const stays = new AbortController().signal;
let feed: LiveFeed;
let metrics: Registry;

beforeEach(() => {
  metrics = new Registry();
});

afterEach(() => feed.onModuleDestroy());

const positionsIn = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, position]) => Number(position));
const positionsOf = (events: readonly RecordedEvent[]) => events.map(({ position }) => position);

/** A log whose subscriptions break off with every third event. */
class Brittle extends MemoryEventStore {
  delivered: number[] = [];

  override async subscribe(options: SubscribeOptions, handler: EventHandler) {
    let count = 0;
    return super.subscribe(options, async (event) => {
      count += 1;
      if (count === 3) throw new Error('broken off');
      this.delivered.push(event.position);
      await handler(event);
    });
  }
}

it('takes up again what breaks off, behind the last event that came', async () => {
  const store = new Brittle();
  const before = await append(store, 'release-a', 3);
  const start = before.at(-1)?.position ?? 0;
  feed = await LiveFeed.start(store, config, silence, new FeedDelay(metrics));
  const events = await append(store, 'release-a', 6);
  const last = events.at(-1)?.position ?? 0;
  await until('all are there', () => feed.read(start, everything, 1_000_000).position === last);
  expect(positionsIn(feed.read(start, everything, 1_000_000).text)).toEqual(positionsOf(events));
  expect(store.delivered).toEqual(positionsOf(events));
  expect(feed.covers(start - 1)).toBe(false);
  // Each once, also those that came after a break, and none of those before.
  expect(await metrics.metrics()).toContain('sluice_gateway_feed_delay_seconds_count 6');
});

it('wakes those who wait for something new, once the time is over, and when they go', async () => {
  const store = new MemoryEventStore();
  feed = await LiveFeed.start(store, config, silence, new FeedDelay(metrics));
  const news = feed.change(60_000, stays);
  await append(store, 'release-a', 1);
  await news;
  await feed.change(1, stays);
  const leaving = new AbortController();
  const gone = feed.change(60_000, leaving.signal);
  leaving.abort();
  await gone;
});
