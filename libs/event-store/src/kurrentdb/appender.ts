import {
  type AppendResult as ClientResult,
  NO_STREAM as NO_STREAM_STATE,
  WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import { checkCommit, MAX_COMMIT_BYTES } from '../commit.js';
import { CommitTooLarge, CorruptLog, InvalidInput, StoreUnavailable } from '../errors.js';
import { EMPTY_HEAD, type SealedEvent, type StreamHead, seal } from '../hash-chain.js';
import { LruMap } from '../lru-map.js';
import { type AppendResult, type Commit, NO_STREAM } from '../port.js';
import { asFailure, sizeLimitIn } from './failure.js';
import type { Link } from './link.js';
import { eventsIn, newestIn } from './log-reader.js';
import { encodeEvent, type LoggedEvent } from './logged-event.js';
import { storedName } from './stream-names.js';

/** Where a stream ends, and the commit that ends it. */
interface Tail extends StreamHead {
  readonly commitId: string;
}

const HEADS_KEPT = 10_000;
const MAX_ROUNDS = 5;

/** Writes commits, each as one append, each only if nobody else wrote to its stream since the writer looked. */
export class Appender {
  readonly #link: Link;
  readonly #heads = new LruMap<string, Tail>(HEADS_KEPT);
  readonly #looks = new Map<string, Promise<LoggedEvent>>();

  constructor(link: Link) {
    this.#link = link;
  }

  /** As `EventStore.append`. */
  async append(unchecked: Commit): Promise<AppendResult> {
    const commit = checkCommit(unchecked);
    const { stream, expectedRevision, events } = commit;
    if (events.some(({ type }) => type === '')) throw new InvalidInput(`a commit to ${stream} has an event of no type`);
    let head: StreamHead | undefined = this.#remembered(commit);
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      head ??= headAt(await newestIn(this.#link, stream));
      const written = head.revision === expectedRevision ? await this.#write(commit, head) : { endsAt: head.revision };
      if ('outcome' in written) return written;
      const current = written.endsAt;
      if (current > expectedRevision) return this.#ownCommitOrConflict(commit, current);
      if (current < expectedRevision) return { outcome: 'conflict', revision: current };
      head = undefined;
    }
    throw new StoreUnavailable(`could not append to ${stream}: it never was as the server had just said`);
  }

  /** Saves the look at the log. What is remembered may be old: then the server refuses, and the log is looked at. */
  #remembered({ stream, expectedRevision }: Commit): StreamHead | undefined {
    const head = this.#heads.get(stream) ?? (expectedRevision === NO_STREAM ? EMPTY_HEAD : undefined);
    return head?.revision === expectedRevision ? head : undefined;
  }

  /** @returns where the stream really ends, when that is not where it was expected to. */
  async #write(commit: Commit, head: StreamHead): Promise<AppendResult | { readonly endsAt: number }> {
    const { stream, expectedRevision } = commit;
    const sealed = seal(commit, head);
    const bytes = sealed.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0);
    if (bytes > MAX_COMMIT_BYTES) throw new CommitTooLarge(stream, bytes, MAX_COMMIT_BYTES, 'bytes');
    let position: number;
    try {
      const answer = await this.#link.ask(`append to ${stream}`, () => this.#send(commit, sealed));
      position = Number(answer.position?.commit ?? Number.NaN);
    } catch (error) {
      if (this.#heads.get(stream)?.revision === expectedRevision) this.#heads.delete(stream);
      const limit = sizeLimitIn(error);
      if (limit !== undefined) throw new CommitTooLarge(stream, bytes, limit, 'bytes');
      if (!(error instanceof WrongExpectedVersionError)) throw asFailure(`append to ${stream}`, error);
      return { endsAt: currentIn(error) };
    }
    // The answer is where the last event stands, and not even that for a commit that stood there already.
    const [only, ...more] = sealed;
    if (only === undefined || more.length > 0 || !Number.isSafeInteger(position)) return this.#readBack(commit);
    this.#remember(only, commit.commitId);
    return { outcome: 'appended', revision: only.revision, position, events: [{ ...only, position }] };
  }

  #send(commit: Commit, sealed: readonly SealedEvent[]): Promise<ClientResult> {
    const events = sealed.map((event, index) => encodeEvent(event, commit, index));
    const { expectedRevision } = commit;
    const streamState = expectedRevision === NO_STREAM ? NO_STREAM_STATE : BigInt(expectedRevision);
    return this.#link.client.appendToStream(storedName(this.#link.log, commit.stream), events, {
      streamState,
      requiresLeader: true,
    });
  }

  /** The stream is past the expected revision: either by this very commit, sent before, or by somebody else's. */
  async #ownCommitOrConflict(commit: Commit, current: number): Promise<AppendResult> {
    const { stream, expectedRevision, commitId } = commit;
    const tail = this.#heads.get(stream);
    const isTail = tail?.commitId !== undefined && tail.revision === current && current === expectedRevision + 1;
    if (isTail && tail.commitId !== commitId) return { outcome: 'conflict', revision: current };
    const next = await this.#eventAt(stream, expectedRevision + 1);
    if (next.commitId === commitId && next.index === 0) return this.#readBack(commit, next.count);
    if (next.event.revision === current) this.#remember(next.event, next.commitId);
    return { outcome: 'conflict', revision: current };
  }

  /** Those who lose to the same event look at it together. */
  #eventAt(stream: string, revision: number): Promise<LoggedEvent> {
    const key = `${revision} ${stream}`;
    const known = this.#looks.get(key);
    if (known !== undefined) return known;
    const look = this.#lookAt(stream, revision).finally(() => this.#looks.delete(key));
    this.#looks.set(key, look);
    return look;
  }

  async #lookAt(stream: string, revision: number): Promise<LoggedEvent> {
    const [event] = await eventsIn(this.#link, stream, revision, 1);
    if (event?.event.revision === revision) return event;
    if (event === undefined)
      throw new StoreUnavailable(`the server does not show revision ${revision} of ${stream} yet`);
    throw new CorruptLog({ stream, sequence: event.event.position }, `revision ${revision} should stand before it`);
  }

  async #readBack(commit: Commit, count = commit.events.length): Promise<AppendResult> {
    const { stream, expectedRevision, commitId } = commit;
    const logged = await eventsIn(this.#link, stream, expectedRevision + 1, count);
    const last = logged.at(-1);
    if (last === undefined || logged.length < count) {
      throw new StoreUnavailable(`${stream} holds commit ${commitId}, and the server does not show all of it yet`);
    }
    const foreign = logged.find((event, index) => event.commitId !== commitId || event.index !== index);
    if (foreign !== undefined) {
      throw new CorruptLog({ stream, sequence: foreign.event.position }, `commit ${commitId} should stand here, whole`);
    }
    const { revision, position } = last.event;
    this.#remember(last.event, commitId);
    return { outcome: 'appended', revision, position, events: logged.map(({ event }) => event) };
  }

  #remember({ stream, revision, meta }: SealedEvent, commitId: string): void {
    const known = this.#heads.get(stream)?.revision ?? NO_STREAM;
    if (revision > known) this.#heads.set(stream, { revision, hash: meta.hash, commitId });
  }
}

/** Where the stream ends, as the server says in its refusal. */
function currentIn({ actualState, streamName }: WrongExpectedVersionError): number {
  const current = actualState === NO_STREAM_STATE ? NO_STREAM : Number(actualState);
  if (Number.isSafeInteger(current)) return current;
  throw new StoreUnavailable(`could not append to ${streamName}: the server does not say where it ends`);
}

function headAt(logged: LoggedEvent | undefined): StreamHead {
  return logged === undefined ? EMPTY_HEAD : { revision: logged.event.revision, hash: logged.event.meta.hash };
}
