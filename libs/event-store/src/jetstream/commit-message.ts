import { z } from 'zod';
import { placeCommit, type StoredCommit } from '../commit.js';
import { CorruptLog } from '../errors.js';
import type { SealedEvent } from '../hash-chain.js';
import { isStreamName } from '../stream-name.js';
import { subjectOf } from './subjects.js';

/** One commit as one message: what stands in its payload. */
export interface CommitMessage {
  readonly commitId: string;
  readonly stream: string;
  /** The sequence of the commit before it in the same stream, 0 for the first: the way back through a stream. */
  readonly previous: number;
  /** The sequence of the first commit of the stream, 0 in that one itself: where to start reading. */
  readonly start: number;
  readonly events: readonly SealedEvent[];
}

/** A commit of the log, with its neighbours in its stream. */
export interface LoggedCommit extends StoredCommit {
  /** The sequence of the commit before it, 0 for none. */
  readonly previous: number;
  /** The sequence of the first commit, its own if it is that. */
  readonly start: number;
}

/** A message of the log, however it was read. */
export interface LogMessage {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
}

// Only what the log itself leans on. The rest of an event is its writer's affair, vouched for by the hash. What is read is
// checked with this and then taken as it is: what a newer writer added stays.
const sealedEvent = z.object({
  id: z.string(),
  type: z.string(),
  stream: z.string(),
  revision: z.int().min(0),
  at: z.string(),
  data: z.unknown(),
  meta: z.object({ hash: z.string().length(64), previousHash: z.string().length(64) }),
});

const commitMessage = z.object({
  commitId: z.string(),
  stream: z.string().refine(isStreamName, 'no stream can have this name'),
  previous: z.int().min(0),
  start: z.int().min(0),
  events: z.array(sealedEvent).min(1),
});

export function encodeCommit(message: CommitMessage): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}

/** Gives a commit the place in the log that its message has. */
export function placeMessage(sequence: number, message: CommitMessage): LoggedCommit {
  const { commitId, stream, previous, start, events } = message;
  return { ...placeCommit(sequence, commitId, stream, events), previous, start: start || sequence };
}

/** @throws {CorruptLog} when no store can have written this message, or not in this place. */
export function decodeCommit(message: LogMessage): LoggedCommit {
  const place = { stream: `(subject ${message.subject})`, sequence: message.seq };
  const body = parse(message.data, place);
  const { stream, commitId, previous, start, events } = body;
  if (subjectOf(stream) !== message.subject) {
    throw new CorruptLog(place, `it says that it is a commit to ${stream}, whose subject is another`);
  }
  if (previous >= message.seq || start > previous || (start === 0) !== (previous === 0)) {
    throw new CorruptLog(place, `it says that it follows sequence ${previous} of a stream that starts at ${start}`);
  }
  if ((previous === 0) !== (events[0]?.revision === 0)) {
    throw new CorruptLog(place, `revision ${events[0]?.revision} cannot follow sequence ${previous}`);
  }
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    if (event.stream !== stream) throw new CorruptLog(place, `event ${event.id} is of stream ${event.stream}`);
    if (before === undefined) continue;
    const follows = event.revision === before.revision + 1 && event.meta.previousHash === before.meta.hash;
    if (!follows) throw new CorruptLog(place, `event ${event.id} does not follow event ${before.id}`);
  }
  return placeMessage(message.seq, { commitId, stream, previous, start, events });
}

function parse(data: Uint8Array, place: CorruptLog['place']): CommitMessage {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.length).toString('utf8'));
  } catch (error) {
    throw new CorruptLog(place, 'the message is not JSON', { cause: error });
  }
  const { error } = commitMessage.safeParse(json);
  if (error) throw new CorruptLog(place, `the message is no commit: ${z.prettifyError(error)}`);
  return json as CommitMessage;
}
