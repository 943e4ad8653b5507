import { expect, it } from '@jest/globals';
import { NO_STREAM, verifyStream } from '#event-store';
import { aCommit, all, type OnFreshLog, someEvents } from './support.js';

const WRITERS = 16;
const ROUNDS = 500;

export function racing(onFreshLog: OnFreshLog): void {
  it(
    'has exactly one winner in each of 500 rounds of 16',
    onFreshLog(async (open) => {
      const stores = await Promise.all(Array.from({ length: 4 }, () => open()));
      const winners: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const commits = Array.from({ length: WRITERS }, () => aCommit('release-a', round - 1));
        const results = await Promise.all(
          commits.flatMap((commit, writer) => stores[writer % stores.length]?.append(commit) ?? []),
        );
        const won = results.filter(({ outcome }) => outcome === 'appended');
        const lost = results.filter((result) => result.outcome === 'conflict' && result.revision === round);
        expect({ round, won: won.length, lost: lost.length }).toEqual({ round, won: 1, lost: WRITERS - 1 });
        winners.push(
          ...won.flatMap((result) => (result.outcome === 'appended' ? result.events : [])).map(({ id }) => id),
        );
      }
      const events = await all((await open()).readStream('release-a'));
      expect(events.map(({ id }) => id)).toEqual(winners);
    }),
    60_000,
  );

  it(
    'keeps every commit whole and every chain unbroken',
    onFreshLog(async (open) => {
      const stores = await Promise.all(Array.from({ length: 4 }, () => open()));
      const streams = ['release-a', 'release-b', 'topology-a'];
      // Every writer tries on until each of its commits is in.
      await Promise.all(
        stores.map(async (store) => {
          for (const stream of [...streams, ...streams, ...streams]) {
            let commit = aCommit(stream, NO_STREAM, someEvents(3));
            for (
              let result = await store.append(commit);
              result.outcome === 'conflict';
              result = await store.append(commit)
            ) {
              commit = { ...commit, expectedRevision: result.revision };
            }
          }
        }),
      );
      const store = await open();
      for (const stream of streams) {
        const events = await all(store.readStream(stream));
        expect(events.map(({ data }) => data)).toEqual(Array.from({ length: 36 }, (_, at) => ({ index: at % 3 })));
        expect(await verifyStream(events)).toMatchObject({ ok: true, count: 36 });
      }
    }),
  );
}
