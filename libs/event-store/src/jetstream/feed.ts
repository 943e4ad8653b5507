import { setTimeout as delay } from 'node:timers/promises';
import { AckPolicy, type ConsumerMessages, DeliverPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { StoreUnavailable } from '../errors.js';
import { decodeCommit, type LoggedCommit } from './commit-message.js';
import { asFailure, type Link } from './link.js';

/** Which commits, from where. */
export interface Range {
  /** A subject, with wildcards or without. */
  readonly subjects: string;
  /** The first sequence of interest. */
  readonly from: number;
}

/** Messages that the server sends without being asked again. */
const MESSAGES_AHEAD = 500;
const PULL_EXPIRES_MS = 5_000;
const FORGET_CONSUMER_AFTER_MS = 30_000;
const MAX_BACKOFF_MS = 2_000;

/** Notices after which a consumer may have lost something without our seeing it. */
const DOUBTS = new Set([
  'heartbeats_missed',
  'consumer_deleted',
  'consumer_not_found',
  'stream_not_found',
  'no_responders',
  'exceeded_limits',
]);

/**
 * The commits of a range in order and without a gap, by one short-lived consumer on the server. There is no repair: at
 * the first doubt (a message missing, heartbeats missing, the connection lost) the feed ends, and whoever reads it
 * opens another behind the last commit it got.
 */
async function* openFeed(link: Link, range: Range, signal: AbortSignal): AsyncGenerator<LoggedCommit, void, undefined> {
  const making = link.ask('read the log', () =>
    link.jsm.consumers.add(link.log, {
      filter_subject: range.subjects,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: Math.max(1, range.from),
      ack_policy: AckPolicy.None,
      inactive_threshold: nanos(FORGET_CONSUMER_AFTER_MS),
      mem_storage: true,
      num_replicas: 1,
    }),
  );
  const consumer = link.js.consumers.getConsumerFromInfo(await unlessAborted(making, signal));
  const messages = await consumer.consume({ max_messages: MESSAGES_AHEAD, expires: PULL_EXPIRES_MS });
  const stop = () => messages.stop();
  const offDisconnect = link.onDisconnect(stop);
  signal.addEventListener('abort', stop);
  // Too late for the listener if it happened just before.
  if (signal.aborted) stop();
  // Ends with the messages, and has nothing that could throw.
  void stopInDoubt(messages);
  let delivered = 0;
  try {
    for await (const message of messages) {
      delivered += 1;
      if (signal.aborted || message.info.deliverySequence !== delivered) return;
      // A server whose copy does not reach as far yet starts behind its end instead: with what was delivered before.
      if (message.seq < range.from) continue;
      yield decodeCommit(message);
    }
  } catch (error) {
    throw asFailure('read the log', error);
  } finally {
    signal.removeEventListener('abort', stop);
    offDisconnect();
    messages.stop();
    // A courtesy: the server forgets the consumer by itself when nobody asks it any more.
    consumer.delete().catch(() => undefined);
  }
}

async function stopInDoubt(messages: ConsumerMessages): Promise<void> {
  for await (const notice of messages.status()) {
    const lost = notice.type === 'heartbeat' && notice.lastConsumerSequence > messages.getReceived();
    if (lost || DOUBTS.has(notice.type)) messages.stop();
  }
}

/**
 * The commits of a range up to a sequence that is known to be in it.
 * @throws {StoreUnavailable} when they stop coming, {CorruptLog}
 */
export async function* readUntil(link: Link, range: Range, until: number): AsyncGenerator<LoggedCommit> {
  const stalled = new AbortController();
  const startTimer = () => setTimeout(() => stalled.abort(), link.timeoutMs);
  let timer = startTimer();
  try {
    for await (const commit of openFeed(link, range, stalled.signal)) {
      clearTimeout(timer);
      yield commit;
      if (commit.sequence >= until) return;
      timer = startTimer();
    }
  } finally {
    clearTimeout(timer);
  }
  throw new StoreUnavailable(`could not read the log up to sequence ${until}: the server stopped answering`);
}

/**
 * The commits of a range and then whatever is added to it, until the signal aborts. Outlasts lost connections and
 * servers that restart.
 * @throws {StoreUnavailable} when the connection was closed for good, {CorruptLog}
 */
export async function* follow(link: Link, range: Range, signal: AbortSignal): AsyncGenerator<LoggedCommit> {
  let from = range.from;
  let fruitless = 0;
  for (;;) {
    try {
      for await (const commit of openFeed(link, { ...range, from }, signal)) {
        from = commit.sequence + 1;
        fruitless = 0;
        yield commit;
      }
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
    if (signal.aborted) return;
    if (link.nc.isClosed()) throw new StoreUnavailable('the connection to NATS was closed');
    await pause(Math.min(MAX_BACKOFF_MS, 20 * 2 ** fruitless), signal);
    fruitless += 1;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** So that whoever stops need not wait for a server that does not answer. */
function unlessAborted<Answer>(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const abandon = () => reject(new StoreUnavailable('reading the log was stopped'));
    if (signal.aborted) abandon();
    signal.addEventListener('abort', abandon);
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon));
  });
}
