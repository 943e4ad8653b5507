import type { EventStore, RecordedEvent } from '#event-store';
import { FEED_CATEGORIES, streamsOf } from './categories.js';
import { inLogOrder } from './merge.js';

const CHUNK = 250;

/** Which part of the log somebody wants to see. */
export interface Subject {
  /** Whether an event of this stream belongs to it. */
  wants(stream: string): boolean;
  /**
   * What stands in the log after a position and not after another, in order. Nothing is left out as long as `upTo` is
   * not beyond the newest event: streams that are read one after another are each read at least that far.
   */
  between(store: EventStore, after: number, upTo: number): AsyncGenerator<RecordedEvent>;
}

/** All releases and configurations. */
export const EVERYTHING: Subject = {
  wants: () => true,
  async *between(store, after, upTo) {
    let from = after;
    while (from < upTo) {
      const chunk = await store.readAll({ categories: FEED_CATEGORIES, after: from, limit: CHUNK });
      yield* chunk.filter(({ position }) => position <= upTo);
      if (chunk.length < CHUNK) return;
      from = chunk.at(-1)?.position ?? upTo;
    }
  },
};

/** One release, with what was refused to it. */
export function ofRelease(release: string): Subject {
  const streams = streamsOf(release);
  return {
    wants: (stream) => streams.includes(stream),
    async *between(store, after, upTo) {
      if (after >= upTo) return;
      for await (const event of inLogOrder(streams.map((stream) => store.readStream(stream)))) {
        if (event.position > upTo) return;
        if (event.position > after) yield event;
      }
    },
  };
}

/** Whether there is such a release. */
export async function releaseExists(store: EventStore, release: string): Promise<boolean> {
  const [stream] = streamsOf(release);
  for await (const _ of store.readStream(stream)) return true;
  return false;
}
