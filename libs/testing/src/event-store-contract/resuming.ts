import { expect, it } from '@jest/globals';
import { NO_STREAM, type RecordedEvent } from '#event-store';
import { appendTo, Collector, idsOf, type OnFreshLog } from './support.js';

export function resuming(onFreshLog: OnFreshLog): void {
  it(
    'starts after any position, also inside a commit',
    onFreshLog(async (open) => {
      const store = await open();
      await appendTo(store, 'release-a', NO_STREAM, 3);
      await appendTo(store, 'release-b', NO_STREAM, 3);
      const everything = await store.readAll({ limit: 10 });

      for (const [index, { position }] of everything.entries()) {
        const collector = new Collector();
        const subscription = await store.subscribe({ after: position }, collector.handler);
        await subscription.caughtUp;
        expect(collector.events).toEqual(everything.slice(index + 1));
        await subscription.stop();
      }
    }),
  );

  it(
    'a handler that throws ends the subscription with its error, and the next one goes on from there',
    onFreshLog(async (open) => {
      const store = await open();
      for (let commit = 0; commit < 10; commit += 1) await appendTo(store, 'release-a', commit * 3 - 1, 3);
      const handled: RecordedEvent[] = [];
      let deaths = 0;
      // Dies at every fourth event, which is in the middle of one commit or another, before anything was done with it.
      const handleOrDie = async (event: RecordedEvent) => {
        await store.saveCheckpoint('reader', handled.at(-1)?.position ?? null);
        if (handled.length % 4 === 3 && deaths * 4 < handled.length) {
          deaths += 1;
          throw new Error(`killed at ${event.id}`);
        }
        handled.push(event);
      };
      while (handled.length < 30) {
        const after = (await store.loadCheckpoint('reader')) as number | null | undefined;
        const subscription = await store.subscribe({ after: after ?? undefined }, handleOrDie);
        const expected = deaths;
        await subscription.caughtUp.then(
          () => subscription.stop(),
          async (error: Error) => {
            expect(error.message).toMatch(/^killed at event-/);
            await expect(subscription.closed).rejects.toBe(error);
            expect(deaths).toBe(expected + 1);
          },
        );
      }
      expect(deaths).toBe(7);
      expect(idsOf(handled)).toEqual(idsOf(await store.readAll({ limit: 100 })));
    }),
  );
}
