import type { PubAck } from '@nats-io/jetstream';
import { appended, checkCommit } from '../commit.js';
import { CommitTooLarge, StoreUnavailable } from '../errors.js';
import { EMPTY_HEAD, type StreamHead, seal } from '../hash-chain.js';
import { LruMap } from '../lru-map.js';
import { type AppendResult, type Commit, NO_STREAM } from '../port.js';
import { encodeCommit, type LoggedCommit, placeMessage } from './commit-message.js';
import type { Link } from './link.js';
import { commitAt, commitBefore, newestCommit } from './log-reader.js';
import { isApiError } from './log-stream.js';
import { encodeToken, subjectOf } from './subjects.js';

/** Where a stream ends, and the sequences of its last commit, which the next has to follow, and of its first. */
interface Head extends StreamHead {
  readonly sequence: number;
  readonly start: number;
}

const NOTHING_YET: Head = { ...EMPTY_HEAD, sequence: 0, start: 0 };
const HEADS_KEPT = 10_000;
const MAX_ROUNDS = 5;
const HEADER_BYTES = 256;
const WRONG_LAST_SEQUENCE = [10071, 10164];
const MESSAGE_TOO_LARGE = 10054;

/** Writes commits, each as one message, each only if nobody else wrote to its stream since the writer looked. */
export class Appender {
  readonly #link: Link;
  readonly #heads = new LruMap<string, Head>(HEADS_KEPT);

  constructor(link: Link) {
    this.#link = link;
  }

  /** As `EventStore.append`. */
  async append(unchecked: Commit): Promise<AppendResult> {
    const commit = checkCommit(unchecked);
    let head = this.#remembered(commit);
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      if (head === undefined) {
        const newest = await newestCommit(this.#link, subjectOf(commit.stream));
        head = newest === undefined ? NOTHING_YET : headAfter(newest);
        if (head.revision !== commit.expectedRevision) return this.#ownCommitOrConflict(commit, newest);
      }
      const stored = await this.#publish(commit, head);
      if (stored !== undefined) return appended(stored);
      this.#heads.delete(commit.stream);
      head = undefined;
    }
    throw new StoreUnavailable(`could not append to ${commit.stream}: it never was as the server had just said`);
  }

  /** Saves the look at the log. What is remembered may be old: then the server refuses, and the log is looked at. */
  #remembered({ stream, expectedRevision }: Commit): Head | undefined {
    const head = this.#heads.get(stream) ?? (expectedRevision === NO_STREAM ? NOTHING_YET : undefined);
    return head?.revision === expectedRevision ? head : undefined;
  }

  /** @returns undefined when the stream does not end at `head` any more. */
  async #publish(commit: Commit, head: Head): Promise<LoggedCommit | undefined> {
    const { stream, commitId } = commit;
    const message = { commitId, stream, previous: head.sequence, start: head.start, events: seal(commit, head) };
    const ack = await this.#send(commit, encodeCommit(message), head.sequence);
    if (ack === undefined) return undefined;
    // A duplicate is stored since an earlier call, and what was stored then is what counts.
    const stored = ack.duplicate ? await commitAt(this.#link, stream, ack.seq) : placeMessage(ack.seq, message);
    this.#remember(stored);
    return stored;
  }

  async #send(commit: Commit, payload: Uint8Array, lastSubjectSequence: number): Promise<PubAck | undefined> {
    const { stream, expectedRevision, commitId } = commit;
    const subject = subjectOf(stream);
    const msgID = `${subject}:${expectedRevision}:${encodeToken(commitId)}`;
    const bytes = payload.length + msgID.length + HEADER_BYTES;
    const limit = this.#link.maxPayload;
    if (bytes > limit) throw new CommitTooLarge(stream, bytes, limit, 'bytes');
    const expect = { streamName: this.#link.log, lastSubjectSequence };
    return this.#link.ask(`append to ${stream}`, async () => {
      try {
        return await this.#link.js.publish(subject, payload, { msgID, expect, timeout: this.#link.timeoutMs });
      } catch (error) {
        if (isApiError(error, ...WRONG_LAST_SEQUENCE)) return undefined;
        if (isApiError(error, MESSAGE_TOO_LARGE)) throw new CommitTooLarge(stream, bytes, limit, 'bytes');
        throw error;
      }
    });
  }

  /** The stream is past the expected revision: either by this very commit, sent before, or by somebody else's. */
  async #ownCommitOrConflict(commit: Commit, newest: LoggedCommit | undefined): Promise<AppendResult> {
    const wanted = commit.expectedRevision + 1;
    let candidate = newest;
    while (candidate !== undefined && candidate.first.revision > wanted) {
      candidate = await commitBefore(this.#link, candidate);
    }
    if (candidate?.first.revision === wanted && candidate.commitId === commit.commitId) return appended(candidate);
    if (newest !== undefined) this.#remember(newest);
    return { outcome: 'conflict', revision: newest?.last.revision ?? NO_STREAM };
  }

  #remember(commit: LoggedCommit): void {
    const known = this.#heads.get(commit.stream);
    if (known === undefined || known.sequence < commit.sequence) this.#heads.set(commit.stream, headAfter(commit));
  }
}

function headAfter({ last, sequence, start }: LoggedCommit): Head {
  return { revision: last.revision, hash: last.meta.hash, sequence, start };
}
