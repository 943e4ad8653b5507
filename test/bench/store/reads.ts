import type { EventStore } from '#event-store';
import { ReleaseFile } from '#runtime';
import { hold, type Outcome } from '../contest.js';
import type { Contestant } from './contestant.js';

const ROUNDS = 9;
const REHYDRATIONS = 5;

/** The whole log from its beginning to its end, as a service reads it that follows it. In events a second. */
export async function contestReplays({ store, bare }: Contestant): Promise<Outcome> {
  // The bare client sees commits; both are told to have read the events that are in them.
  const events = await replay(store);
  const subject = () => rateOf(events, () => replay(store));
  return hold({ subject, yardstick: () => rateOf(events, () => bare.readAll()) }, ROUNDS);
}

/** The stream of one release, read and folded as a service does it that starts; only read by the bare client. */
export async function contestRehydrations({ store, bare }: Contestant, release: string): Promise<Outcome> {
  const events = REHYDRATIONS * (await rehydrate(store, release));
  const subject = several(() => rehydrate(store, release));
  const yardstick = several(() => bare.readStream(`release-${release}`));
  return hold({ subject: () => rateOf(events, subject), yardstick: () => rateOf(events, yardstick) }, ROUNDS);
}

async function replay(store: EventStore): Promise<number> {
  let count = 0;
  const subscription = await store.subscribe({}, () => {
    count += 1;
  });
  await subscription.caughtUp;
  await subscription.stop();
  await subscription.closed;
  return count;
}

async function rehydrate(store: EventStore, release: string): Promise<number> {
  const file = new ReleaseFile(release);
  await file.catchUp(store);
  return file.revision + 1;
}

/** One alone is over before the machine has noticed. */
function several(read: () => Promise<number>): () => Promise<number> {
  return async () => {
    let count = 0;
    for (let time = 0; time < REHYDRATIONS; time += 1) count += await read();
    return count;
  };
}

async function rateOf(events: number, read: () => Promise<number>): Promise<number> {
  const begin = performance.now();
  const count = await read();
  if (count === 0) throw new Error('there was nothing to read');
  return (1_000 * events) / (performance.now() - begin);
}
