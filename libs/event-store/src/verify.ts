import { CorruptLog } from './errors.js';
import { EMPTY_HEAD, hashOf, type StreamHead } from './hash-chain.js';
import type { RecordedEvent } from './port.js';

/**
 * What can be wrong with an event, seen from the one before it in its stream:
 * - `changed`: its content is not what its hash was made from;
 * - `unlinked`: whole in itself, but not chained to the event before it: one of the two was replaced;
 * - `missing`: at least one event between the two is gone;
 * - `reordered`: it stands in the wrong place, or stands there twice;
 * - `foreign`: it belongs to another stream;
 * - `unreadable`: the log could not even be read there.
 */
export type FaultKind = 'changed' | 'unlinked' | 'missing' | 'reordered' | 'foreign' | 'unreadable';

/** The first event that does not fit. */
export interface Fault {
  readonly fault: FaultKind;
  /** The revision at which the stream stops being whole. */
  readonly revision: number;
  /** The event found there; undefined when there is none to read. */
  readonly eventId: string | undefined;
  /** A sentence for people. */
  readonly why: string;
}

/** What a verification came to. `head` can be kept and compared later: a chain cannot tell that its end was cut off. */
export type Verification =
  | { readonly ok: true; readonly count: number; readonly head: StreamHead }
  | ({ readonly ok: false } & Fault);

/**
 * Whether an event fits behind the one before it in the same stream (`undefined`: it has to be the first). This is the
 * step for verifying a whole log in one pass: keep the newest event of each stream and check each next one against it.
 * @returns undefined when it fits.
 */
export function check(previous: RecordedEvent | undefined, event: RecordedEvent): Fault | undefined {
  const head = previous === undefined ? EMPTY_HEAD : { revision: previous.revision, hash: previous.meta.hash };
  const expected = head.revision + 1;
  const { id: eventId, revision, stream } = event;
  const found = `event ${eventId} (revision ${revision})`;

  if (previous !== undefined && previous.stream !== stream) {
    return { fault: 'foreign', revision: expected, eventId, why: `${found} is of stream ${stream}` };
  }
  if (revision > expected) {
    return { fault: 'missing', revision: expected, eventId, why: `revision ${expected} is missing before ${found}` };
  }
  if (revision < expected) {
    return { fault: 'reordered', revision: expected, eventId, why: `${found} stands where ${expected} should` };
  }
  if (hashOf(event, event.meta.previousHash) !== event.meta.hash) {
    return { fault: 'changed', revision, eventId, why: `${found} is not what its hash was made from` };
  }
  if (event.meta.previousHash !== head.hash) {
    return { fault: 'unlinked', revision, eventId, why: `${found} is not chained to the event before it` };
  }
  return undefined;
}

/**
 * Recomputes the chain of one whole stream, from its first event on, and names the first event that is changed,
 * missing or in the wrong place. Reads as it goes; memory does not grow with the stream.
 */
export async function verifyStream(
  events: AsyncIterable<RecordedEvent> | Iterable<RecordedEvent>,
): Promise<Verification> {
  let previous: RecordedEvent | undefined;
  let gap: Fault | undefined;
  let count = 0;
  try {
    for await (const event of events) {
      if (gap !== undefined) {
        // What seemed to be missing turns up later: it was moved.
        if (event.revision === gap.revision) return { ok: false, ...gap, fault: 'reordered' };
        continue;
      }
      const fault = check(previous, event);
      if (fault?.fault === 'missing') gap = fault;
      else if (fault !== undefined) return { ok: false, ...fault };
      previous = event;
      count += 1;
    }
  } catch (error) {
    if (!(error instanceof CorruptLog)) throw error;
    if (gap === undefined) return { ok: false, ...unreadable(previous, error) };
  }
  if (gap !== undefined) return { ok: false, ...gap };
  return { ok: true, count, head: previous === undefined ? EMPTY_HEAD : headAt(previous) };
}

function headAt(event: RecordedEvent): StreamHead {
  return { revision: event.revision, hash: event.meta.hash };
}

function unreadable(previous: RecordedEvent | undefined, error: CorruptLog): Fault {
  const revision = (previous?.revision ?? EMPTY_HEAD.revision) + 1;
  return { fault: 'unreadable', revision, eventId: undefined, why: error.message };
}
