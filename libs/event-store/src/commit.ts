import { CommitTooLarge, EventTooLarge, InvalidInput } from './errors.js';
import type { SealedEvent } from './hash-chain.js';
import { type AppendResult, type Commit, type NewEvent, NO_STREAM, type RecordedEvent } from './port.js';
import { positionOf } from './position.js';
import { parseStreamName } from './stream-name.js';
import { isWellFormed, toJson } from './text.js';

/** An event is at most this much JSON. */
export const MAX_EVENT_BYTES = 256 * 1024;
/** A commit is at most this many events. */
export const MAX_EVENTS_PER_COMMIT = 1000;
/** A commit is at most this much JSON; a NATS server may be set to take less. */
export const MAX_COMMIT_BYTES = 1024 * 1024;

const MAX_COMMIT_ID_LENGTH = 200;

/** A commit as it stands in the log. */
export interface StoredCommit {
  /** Place of the commit in the whole log: 1, 2, 3, … */
  readonly sequence: number;
  readonly commitId: string;
  readonly stream: string;
  readonly events: readonly RecordedEvent[];
  readonly first: RecordedEvent;
  readonly last: RecordedEvent;
}

/**
 * Checks a commit against every limit that does not depend on the adapter.
 * @returns the commit as the log will give it back: its events went through JSON once, so that what is hashed is what
 * is stored.
 * @throws {InvalidInput} | {EventTooLarge} | {CommitTooLarge}
 */
export function checkCommit(commit: Commit): Commit {
  const { stream, expectedRevision, commitId, events } = commit;
  parseStreamName(stream);
  if (!Number.isSafeInteger(expectedRevision) || expectedRevision < NO_STREAM) {
    throw new InvalidInput(`a commit to ${stream} expects revision ${expectedRevision}, which no stream can have`);
  }
  if (commitId.length === 0 || commitId.length > MAX_COMMIT_ID_LENGTH || !isWellFormed(commitId)) {
    throw new InvalidInput(
      `a commit id is 1 to ${MAX_COMMIT_ID_LENGTH} characters, ${JSON.stringify(commitId)} is not`,
    );
  }
  if (events.length === 0) throw new InvalidInput(`a commit to ${stream} has no events`);
  if (events.length > MAX_EVENTS_PER_COMMIT) {
    throw new CommitTooLarge(stream, events.length, MAX_EVENTS_PER_COMMIT, 'events');
  }
  return { stream, expectedRevision, commitId, events: events.map(throughJson) };
}

function throughJson(event: NewEvent): NewEvent {
  const json = toJson(event, `event ${event.id}`);
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_EVENT_BYTES) throw new EventTooLarge(event.id, bytes, MAX_EVENT_BYTES);
  return JSON.parse(json) as NewEvent;
}

/** An event while it is given its place. */
type Placed = Omit<RecordedEvent, 'position'> & { position: number };

/** Gives sealed events their place in the log. They are the caller's own, and are what is returned: copies would cost as much as reading them. */
export function placeCommit(
  sequence: number,
  commitId: string,
  stream: string,
  sealed: readonly SealedEvent[],
): StoredCommit {
  const events = sealed as readonly Placed[];
  for (const [index, event] of events.entries()) event.position = positionOf(sequence, index);
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('a commit has at least one event');
  return { sequence, commitId, stream, events, first, last };
}

/** What the writer of a stored commit is told, the first time and every time it asks again. */
export function appended({ events, last }: StoredCommit): AppendResult {
  return { outcome: 'appended', revision: last.revision, position: last.position, events };
}
