import { drive, type Measured } from '../http-client.js';
import { quantile } from '../statistics.js';
import type { Way } from './ways.js';

/** What one way came to in one round. */
export interface Round {
  readonly perSecond: number;
  /** Milliseconds, with {@link PARALLEL} requests under way. */
  readonly busy: { readonly p50: number; readonly p99: number };
  /** Milliseconds, with one request under way: what a request takes when nobody is in its way. */
  readonly alone: { readonly p50: number; readonly p99: number };
}

export const PARALLEL = 32;
export const ROUNDS = 9;
const BUSY_MS = 350;
const ALONE_MS = 200;

/**
 * Measures all ways in short turns, so that whatever else the machine does meets all of them alike. Each round begins with
 * another way.
 *
 * @returns the rounds of each way, by its name, in the same order
 */
export async function measure(ways: readonly Way[]): Promise<Map<string, Round[]>> {
  const rounds = new Map<string, Round[]>(ways.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < ways.length; turn += 1) {
      const way = ways[(round + turn) % ways.length] as Way;
      rounds.get(way.name)?.push(await once(way));
    }
  }
  return rounds;
}

async function once({ place, requests, name }: Way): Promise<Round> {
  let sent = 0;
  // They take turns, whatever connection they go by.
  const next = (): Buffer => requests[sent++ % requests.length] as Buffer;
  try {
    const busy = await drive({ place, next, parallel: PARALLEL, forMs: BUSY_MS });
    const alone = await drive({ place, next, parallel: 1, forMs: ALONE_MS });
    return { perSecond: busy.perSecond, busy: times(busy), alone: times(alone) };
  } catch (error) {
    throw new Error(`${name} cannot be measured`, { cause: error });
  }
}

function times({ latencies }: Measured): { p50: number; p99: number } {
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}
