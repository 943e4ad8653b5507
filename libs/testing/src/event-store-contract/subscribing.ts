import { expect, it } from '@jest/globals';
import { NO_STREAM, type RecordedEvent, SubscriptionStopped } from '#event-store';
import { appendTo, Collector, idsOf, type OnFreshLog, positionsOf, writeStream } from './support.js';

export function subscribing(onFreshLog: OnFreshLog): void {
  it(
    'delivers what is there and then what comes',
    onFreshLog(async (open) => {
      const [store, other] = [await open(), await open()];
      await appendTo(store, 'release-a', NO_STREAM, 2);
      await appendTo(store, 'topology-a', NO_STREAM);
      const collector = new Collector();
      const subscription = await store.subscribe({}, collector.handler);
      await subscription.caughtUp;
      expect(collector.events).toHaveLength(3);

      await appendTo(store, 'release-a', 1, 2);
      await appendTo(other, 'release-b', NO_STREAM);
      expect(await collector.has(6)).toEqual(await store.readAll({ limit: 10 }));
    }),
  );

  it(
    'misses nothing and repeats nothing while four writers write',
    onFreshLog(async (open) => {
      const [store, ...writers] = await Promise.all([open(), open(), open(), open(), open()]);
      const early = new Collector();
      await store.subscribe({}, early.handler);
      const writing = Promise.all(writers.map((writer, index) => writeStream(writer, `release-${index}`, 150)));

      await early.has(100);
      const [midway, after] = [new Collector(), early.events[49]?.position];
      await store.subscribe({ after }, midway.handler);
      await early.has(300);
      const late = new Collector();
      await store.subscribe({}, late.handler);
      await writing;

      const everything = await store.readAll({ limit: 1000 });
      expect(everything).toHaveLength(600);
      expect(positionsOf(await early.has(600))).toEqual(positionsOf(everything));
      expect(positionsOf(await midway.has(550))).toEqual(positionsOf(everything.slice(50)));
      expect(positionsOf(await late.has(600))).toEqual(positionsOf(everything));
    }),
    20_000,
  );

  it(
    'delivers only the categories asked for',
    onFreshLog(async (open) => {
      const store = await open();
      const [one, two, none] = [new Collector(), new Collector(), new Collector()];
      await store.subscribe({ categories: ['release'] }, one.handler);
      await store.subscribe({ categories: ['release', 'policy'] }, two.handler);
      await store.subscribe({ categories: ['nothing'] }, none.handler);
      for (const stream of ['release-a', 'topology-a', 'policy-a', 'releases-a', 'release-b', 'policy-b']) {
        await appendTo(store, stream, NO_STREAM);
      }
      const streams = (events: readonly RecordedEvent[]) => events.map(({ stream }) => stream);
      expect(streams(await one.has(2))).toEqual(['release-a', 'release-b']);
      expect(streams(await two.has(4))).toEqual(['release-a', 'policy-a', 'release-b', 'policy-b']);
      expect(none.events).toEqual([]);
    }),
  );

  it(
    'has caught up at once with a log that holds nothing for it',
    onFreshLog(async (open) => {
      const store = await open();
      const collector = new Collector();
      await (await store.subscribe({}, collector.handler)).caughtUp;

      const { position } = await appendTo(store, 'release-a', NO_STREAM);
      await (await store.subscribe({ categories: ['topology'] }, collector.handler)).caughtUp;
      await (await store.subscribe({ after: position }, collector.handler)).caughtUp;
      await (await store.subscribe({ categories: ['release'] }, collector.handler)).caughtUp;
      expect(collector.events.length).toBeGreaterThan(0);
    }),
  );

  it(
    'has not caught up before the last event that stood there was handled',
    onFreshLog(async (open) => {
      const store = await open();
      await writeStream(store, 'release-a', 3);
      await appendTo(store, 'topology-a', NO_STREAM);
      const gate = new Gate();
      const handled: number[] = [];
      const subscription = await store.subscribe({ categories: ['release'] }, async ({ revision }) => {
        if (revision === 2) await gate.opened;
        handled.push(revision);
      });
      const caughtUp = subscription.caughtUp.then(() => [...handled]);
      const quick = new Collector();
      await store.subscribe({ categories: ['release'] }, quick.handler);
      await quick.has(3);
      expect(await Promise.race([caughtUp, 'not yet'])).toBe('not yet');

      gate.open();
      expect(await caughtUp).toEqual([0, 1, 2]);
    }),
  );

  it(
    'hands over one event at a time',
    onFreshLog(async (open) => {
      const store = await open();
      await appendTo(store, 'release-a', NO_STREAM, 20);
      let [inside, most] = [0, 0];
      const subscription = await store.subscribe({}, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
      });
      await subscription.caughtUp;
      expect(most).toBe(1);
    }),
  );

  it(
    'ends when it is stopped, and only that one',
    onFreshLog(async (open) => {
      const store = await open();
      const [stopped, running] = [new Collector(), new Collector()];
      const subscription = await store.subscribe({}, stopped.handler);
      await store.subscribe({}, running.handler);
      await appendTo(store, 'release-a', NO_STREAM);
      await stopped.has(1);

      await subscription.stop();
      await subscription.stop();
      await subscription.closed;
      await appendTo(store, 'release-a', 0, 2);
      await running.has(3);
      expect(stopped.events).toHaveLength(1);
    }),
  );

  it(
    'that is stopped early never says that it has caught up',
    onFreshLog(async (open) => {
      const store = await open();
      await writeStream(store, 'release-a', 3);
      const [entered, gate] = [new Gate(), new Gate()];
      const handled: RecordedEvent[] = [];
      const subscription = await store.subscribe({}, async (event) => {
        handled.push(event);
        entered.open();
        await gate.opened;
      });
      await entered.opened;
      const stopping = subscription.stop();
      gate.open();
      await stopping;

      expect(idsOf(handled)).toHaveLength(1);
      await expect(subscription.caughtUp).rejects.toThrow(SubscriptionStopped);
      await subscription.closed;
    }),
  );

  it(
    'ends with its store',
    onFreshLog(async (open) => {
      const [store, other] = [await open(), await open()];
      const [ended, running] = [new Collector(), new Collector()];
      const subscription = await store.subscribe({}, ended.handler);
      await other.subscribe({}, running.handler);
      await store.close();
      await subscription.closed;

      await appendTo(other, 'release-a', NO_STREAM);
      await running.has(1);
      expect(ended.events).toEqual([]);
    }),
  );
}

class Gate {
  open!: () => void;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}
