import { openEventStore } from '#event-store';
import type { Bench, BenchReport } from '../bench.js';
import { type PlaneInBench, withPlane } from '../servers.js';
import { round } from '../statistics.js';
import type { Arrivals } from './arrivals.js';
import { Appending, SUBJECT } from './events.js';
import { Listeners } from './listeners.js';

const SUBSCRIBERS = [1, 100, 1_000];
const EVENTS = { count: 200, everyMs: 50 };
const WARM_UP = { count: 40, everyMs: 50 };
const BAR = { subscribers: 100, p99: 50 };

interface Measured {
  readonly subscribers: number;
  readonly feed: Arrivals;
  readonly bare: Arrivals;
}

/** Events that are appended at a steady pace, and when they reach each client of the gateway. */
export const feedBench: Bench = {
  about: 'appends 20 events a second and times them to each client of the live stream, beside a bare NATS subscription',
  run: () =>
    withPlane(async (plane) => {
      const store = await openEventStore(plane.nats.url, { name: 'bench' });
      try {
        const appending = new Appending(store);
        // So that there is a position to begin behind.
        await appending.steadily(1, 0);
        const measured: Measured[] = [];
        for (const subscribers of SUBSCRIBERS) {
          const after = (await store.head()) ?? 0;
          measured.push(await measure(plane, appending, subscribers, after));
        }
        return report(measured);
      } finally {
        await store.close();
      }
    }),
};

async function measure(
  plane: PlaneInBench,
  appending: Appending,
  subscribers: number,
  after: number,
): Promise<Measured> {
  const bare = await Listeners.bare(plane, SUBJECT);
  try {
    const feed = await Listeners.bySse(plane, subscribers, after);
    try {
      const round = async ({ count, everyMs }: typeof EVENTS) => {
        await appending.steadily(count, everyMs);
        return { subscribers, feed: await feed.take(count * subscribers), bare: await bare.take(count) };
      };
      await round(WARM_UP);
      return await round(EVENTS);
    } finally {
      await feed.stop();
    }
  } finally {
    await bare.stop();
  }
}

function report(measured: readonly Measured[]): BenchReport {
  const rows = measured.map(({ subscribers, feed, bare }) => ({
    subscribers,
    messages: feed.count,
    'p50 ms': round(feed.p50, 2),
    'p99 ms': round(feed.p99, 2),
    'longest ms': round(feed.longest, 2),
    'bare NATS p50 ms': round(bare.p50, 2),
    'bare NATS p99 ms': round(bare.p99, 2),
  }));
  const judged = measured.find(({ subscribers }) => subscribers === BAR.subscribers);
  if (!judged) throw new Error(`${BAR.subscribers} subscribers were not measured`);
  return {
    bench: 'feed',
    rows,
    summary: {
      'events a second': 1_000 / EVENTS.everyMs,
      [`${BAR.subscribers} subscribers with a p99 of ${BAR.p99} ms at most, met`]: judged.feed.p99 <= BAR.p99,
    },
  };
}
