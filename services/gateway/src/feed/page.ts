import type { EventStore } from '#event-store';
import type { Subject } from './history.js';

/** A page is closed before it gets larger than this, in characters of JSON; one event always fits. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/** A page of events as the JSON that is answered. `next` is null when there was nothing more when it was read. */
export async function pageOf(store: EventStore, subject: Subject, after: number, limit: number): Promise<string> {
  const upTo = (await store.head()) ?? -1;
  const events: string[] = [];
  let size = 0;
  let last = after;
  let more = false;
  for await (const event of subject.between(store, after, upTo)) {
    const json = JSON.stringify(event);
    more = events.length === limit || (events.length > 0 && size + json.length > MOST_CHARACTERS);
    if (more) break;
    events.push(json);
    size += json.length;
    last = event.position;
  }
  return `{"events":[${events.join(',')}],"next":${more ? last : null}}`;
}
