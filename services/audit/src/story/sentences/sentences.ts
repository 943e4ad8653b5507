import type { RecordedEvent } from '#event-store';
import type { EventData, EventType } from '../events.js';

/** For each type of event the sentence that tells it. */
export type Sentences<T extends EventType = EventType> = {
  readonly [K in T]: (data: EventData<K>, recorded: RecordedEvent) => string;
};
