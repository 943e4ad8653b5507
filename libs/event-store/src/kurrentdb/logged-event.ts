import { createHash } from 'node:crypto';
import { binaryEvent, type EventData, jsonEvent, type RecordedEvent as StoredEvent } from '@kurrent/kurrentdb-client';
import { z } from 'zod';
import { CorruptLog, UnsuitableLog } from '../errors.js';
import type { SealedEvent } from '../hash-chain.js';
import type { Commit, RecordedEvent } from '../port.js';
import { isStreamName } from '../stream-name.js';
import { streamOf } from './stream-names.js';

/** An event of the log, with its place in the commit that it came with. */
export interface LoggedEvent {
  readonly event: RecordedEvent;
  readonly commitId: string;
  readonly index: number;
  /** How many events the commit has. */
  readonly count: number;
}

const metadata = z.object({
  id: z.string(),
  at: z.string(),
  commit: z.object({ id: z.string(), index: z.int().min(0), count: z.int().min(1) }),
  meta: z.looseObject({ hash: z.string().length(64), previousHash: z.string().length(64) }),
});

/** An event as KurrentDB keeps it: `data` as its data, the rest as its metadata. */
export function encodeEvent(event: SealedEvent, commit: Commit, index: number): EventData {
  const { type, data, id, at, meta } = event;
  const place = { id: commit.commitId, index, count: commit.events.length };
  const envelope = { id: recordId(event, commit, index), type, metadata: { id, at, commit: place, meta } };
  // An event without data is not one with null.
  return data === undefined
    ? binaryEvent({ ...envelope, data: new Uint8Array() })
    : (jsonEvent({ ...envelope, data: data as string }) as EventData);
}

/**
 * KurrentDB takes records with the same ids at the same place for the same write. These ids are the same only if
 * everything is: stream, expected revision (through the hash chain), commit, and what was written.
 */
function recordId({ stream, revision, meta }: SealedEvent, { commitId }: Commit, index: number): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([stream, revision, commitId, index, meta.hash]))
    .digest();
  // A UUID of version 8: the digest is ours.
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** @throws {CorruptLog} when no store can have written this, {UnsuitableLog} when the server is too old */
export function decodeEvent(log: string, stored: StoredEvent): LoggedEvent {
  const stream = streamOf(log, stored.streamId);
  const position = positionIn(stored);
  const place = { stream, sequence: position };
  if (!isStreamName(stream)) throw new CorruptLog(place, 'no stream can have this name');
  const read = metadata.safeParse(stored.metadata);
  if (!read.success) throw new CorruptLog(place, `the record is no event: ${z.prettifyError(read.error)}`);
  const { id, at, commit, meta } = read.data;
  const event = {
    id,
    type: stored.type,
    stream,
    revision: Number(stored.revision),
    at,
    ...(stored.isJson ? { data: stored.data } : { data: undefined }),
    // The rest of it is its writer's affair, vouched for by the hash.
    meta: meta as unknown as RecordedEvent['meta'],
    position,
  };
  if (commit.index >= commit.count || commit.index > event.revision) {
    throw new CorruptLog(place, `event ${id} cannot be number ${commit.index} of ${commit.count} in its commit`);
  }
  return { event, commitId: commit.id, index: commit.index, count: commit.count };
}

/**
 * The position of a record. KurrentDB's are a pair; outside of its former transactions, which nobody can write any
 * more over gRPC, both are the same number, the place in its log in bytes: up to 2^53, which is eight petabytes.
 */
function positionIn({ position, streamId }: StoredEvent): number {
  if (position === undefined || position.commit !== position.prepare) {
    throw new UnsuitableLog(`the server does not say where in the log a record of ${streamId} stands: it needs 22.6`);
  }
  if (position.commit > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new UnsuitableLog(`the server says that ${streamId} has a record at ${position.commit}: that is no position`);
  }
  return Number(position.commit);
}
