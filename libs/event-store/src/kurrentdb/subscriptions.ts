import { setTimeout as delay } from 'node:timers/promises';
import {
  type AllStreamSubscription,
  START,
  type RecordedEvent as StoredEvent,
  streamNameFilter,
} from '@kurrent/kurrentdb-client';
import { StoreUnavailable } from '../errors.js';
import type { RecordedEvent } from '../port.js';
import { asFailure } from './failure.js';
import type { Link } from './link.js';
import type { Selection } from './log-reader.js';
import { decodeEvent } from './logged-event.js';

const MAX_BACKOFF_MS = 2_000;

/**
 * The events of a selection and then whatever is added to it, until the signal aborts. There is no repair of a
 * subscription: whatever ends it, the next begins behind the last event that was handed on.
 *
 * The server also says how far it has looked when nothing was for us. That is not where the next begins: it comes past
 * events that still wait to be handed on, and some versions say a position at which an event is yet to come.
 * @throws {UnsuitableLog} | {CorruptLog} what no waiting will cure
 */
export async function* follow(link: Link, selection: Selection, stopped: AbortSignal): AsyncGenerator<RecordedEvent> {
  const signal = AbortSignal.any([stopped, link.closed]);
  const filter = streamNameFilter({ prefixes: [...selection.prefixes] });
  let after = selection.after;
  let fruitless = 0;
  while (!signal.aborted) {
    const fromPosition = after < 0 ? START : { commit: BigInt(after), prepare: BigInt(after) };
    const subscription = link.client.subscribeToAll({ fromPosition, filter });
    try {
      for await (const record of recordsOf(subscription, signal)) {
        const { event } = decodeEvent(link.log, record);
        if (event.position <= after) continue;
        after = event.position;
        fruitless = 0;
        yield event;
      }
    } catch (error) {
      const failure = asFailure('read the log', error);
      if (!(failure instanceof StoreUnavailable)) throw failure;
    } finally {
      endSubscription(subscription);
    }
    await pause(Math.min(MAX_BACKOFF_MS, 20 * 2 ** fruitless), signal);
    fruitless += 1;
  }
}

/** What a subscription brings, until the signal aborts. @throws what ends it otherwise */
async function* recordsOf(subscription: AllStreamSubscription, signal: AbortSignal): AsyncGenerator<StoredEvent> {
  // One error can be told twice, the second time when nobody reads any more, and would then end the process.
  subscription.on('error', () => undefined);
  const stop = () => subscription.destroy();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    for await (const { event } of subscription) {
      if (signal.aborted) return;
      if (event !== undefined) yield event;
    }
  } catch (error) {
    // To be destroyed before its end is an error as well.
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Lets the server know that nobody reads any more. */
function endSubscription(subscription: AllStreamSubscription): void {
  subscription.destroy();
  // Does not settle before there is a connection, and fails when there never was one: nothing to end in either case.
  subscription.unsubscribe().catch(() => undefined);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
