import { createHash } from 'node:crypto';
import canonicalizeModule from 'canonicalize';
import { type Commit, type NewEvent, NO_STREAM, type RecordedEvent } from './port.js';

/** The one JSON text of a value (RFC 8785): equal values have equal texts, whatever the order of their keys. */
export const canonicalJson =
  // The package is CommonJS and exports the function itself; its typings describe an ES module.
  canonicalizeModule as unknown as (value: unknown) => string;

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
  const { id, type, stream, revision, at, data } = event;
  const { hash: _hash, previousHash: _previousHash, ...meta } = event.meta;
  return digest({ id, type, stream, revision, at, data, meta }, previousHash);
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

function sealOne({ id, type, at, data, meta }: NewEvent, stream: string, head: StreamHead): SealedEvent {
  const previousHash = head.hash;
  const unsealed = {
    id,
    type,
    stream,
    revision: head.revision + 1,
    at,
    data,
    meta: { ...meta, previousHash, hash: '' },
  };
  return { ...unsealed, meta: { ...unsealed.meta, hash: hashOf(unsealed, previousHash) } };
}

function digest(content: object, previousHash: string): string {
  return createHash('sha256').update(previousHash).update(canonicalJson(content)).digest('hex');
}
