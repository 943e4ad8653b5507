import type { AppendResult, EventStore, NewEvent } from '#event-store';
import { pause } from './pause.js';

const MOST_EVENTS = 400;
const MOST_BYTES = 600 * 1024;

interface Batch {
  readonly stream: string;
  readonly expectedRevision: number;
  readonly commitId: string;
  readonly events: readonly NewEvent[];
  /** For how long a store that is away is tried again; the same commit, so nothing happens twice. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Appends events of one decision: in one commit, or in several when they are too many for one. A decision that needs
 * several has to be one that can be gone on with, since a crash may leave only its beginning.
 * @throws what the store throws, when it is terminal or the patience is over
 */
export async function commitAll(store: EventStore, batch: Batch): Promise<AppendResult> {
  let expectedRevision = batch.expectedRevision;
  let result: AppendResult = { outcome: 'conflict', revision: expectedRevision };
  const chunks = inChunks(batch.events);
  for (const [index, events] of chunks.entries()) {
    const commitId = chunks.length === 1 ? batch.commitId : `${batch.commitId}.${index + 1}`;
    result = await patiently(batch, () => store.append({ stream: batch.stream, expectedRevision, commitId, events }));
    if (result.outcome === 'conflict') return result;
    expectedRevision = result.revision;
  }
  return result;
}

function inChunks(events: readonly NewEvent[]): NewEvent[][] {
  const chunks: NewEvent[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify(event));
    const last = chunks.at(-1);
    if (!last || last.length >= MOST_EVENTS || bytes + size > MOST_BYTES) {
      chunks.push([event]);
      bytes = size;
    } else {
      last.push(event);
      bytes += size;
    }
  }
  return chunks;
}

async function patiently<T>(batch: Batch, attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + batch.patienceMs;
  for (let wait = 50; ; wait = Math.min(2_000, wait * 2)) {
    try {
      return await attempt();
    } catch (error) {
      const over = Date.now() + wait > deadline || batch.signal?.aborted;
      if (over || !isRetryable(error)) throw error;
      await pause(wait, batch.signal);
    }
  }
}

/** Errors of ports say themselves whether trying again can help. */
export function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === true;
}
