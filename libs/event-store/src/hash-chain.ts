import { hash as digest } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import { type Commit, type EventMeta, type NewEvent, NO_STREAM, type RecordedEvent } from './port.js';

/** What the first event of every stream is chained to. */
export const GENESIS_HASH = '0'.repeat(64);

/** Where a stream ends: the revision and the hash of its newest event. */
export interface StreamHead {
  readonly revision: number;
  readonly hash: string;
}

/** The head of a stream that holds nothing yet. */
export const EMPTY_HEAD: StreamHead = { revision: NO_STREAM, hash: GENESIS_HASH };

/** An event with its place in its stream and its hashes, before it has a place in the log. */
export type SealedEvent = Omit<RecordedEvent, 'position'>;

/**
 * SHA-256, as 64 hexadecimal digits, over the previous hash followed by the event as canonical JSON (RFC 8785). It
 * covers id, type, stream, revision, at, data and all of meta but the hashes; not the position, which belongs to the
 * log and not to the event.
 */
export function hashOf(event: SealedEvent | RecordedEvent, previousHash: string): string {
  return hashIn(event.stream, event.revision, { ...event, meta: withoutHashes(event.meta) }, previousHash);
}

/** To copy costs about as much as to hash, and what is new has none to leave out. */
function withoutHashes(meta: EventMeta): EventMeta {
  if (!('hash' in meta) && !('previousHash' in meta)) return meta;
  const { hash: _hash, previousHash: _previousHash, ...rest } = meta as RecordedEvent['meta'];
  return rest;
}

/** @param event its meta without hashes */
function hashIn(stream: string, revision: number, event: NewEvent, previousHash: string): string {
  const { id, type, at, data, meta } = event;
  return digest('sha256', previousHash + canonicalJson({ at, data, id, meta, revision, stream, type }), 'hex');
}

/** Gives the events of a commit their revisions and hashes, on top of where the stream ends. */
export function seal(commit: Pick<Commit, 'stream' | 'events'>, head: StreamHead): readonly SealedEvent[] {
  let { revision, hash } = head;
  return commit.events.map((event) => {
    const sealed = sealOne(event, commit.stream, { revision, hash });
    revision = sealed.revision;
    hash = sealed.meta.hash;
    return sealed;
  });
}

function sealOne({ id, type, at, data, meta: given }: NewEvent, stream: string, head: StreamHead): SealedEvent {
  const previousHash = head.hash;
  const revision = head.revision + 1;
  const meta = withoutHashes(given);
  const hash = hashIn(stream, revision, { id, type, at, data, meta }, previousHash);
  return { id, type, stream, revision, at, data, meta: { ...meta, previousHash, hash } };
}
