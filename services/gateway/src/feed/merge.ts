import type { RecordedEvent } from '#event-store';

/** Several streams as one, in the order of the log. */
export async function* inLogOrder(streams: readonly AsyncIterable<RecordedEvent>[]): AsyncGenerator<RecordedEvent> {
  const readers = streams.map((stream) => stream[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(readers.map((reader) => reader.next()));
    for (;;) {
      const first = firstOf(heads);
      const head = heads[first];
      const reader = readers[first];
      if (!head || head.done || !reader) return;
      yield head.value;
      heads[first] = await reader.next();
    }
  } finally {
    await Promise.all(readers.map((reader) => reader.return?.()));
  }
}

/** The one whose event is the earliest; any when all have ended. */
function firstOf(heads: readonly IteratorResult<RecordedEvent>[]): number {
  const positions = heads.map((head) => (head.done ? Number.POSITIVE_INFINITY : head.value.position));
  return positions.indexOf(Math.min(...positions));
}
