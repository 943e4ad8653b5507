import type { EventStore, RecordedEvent } from '#event-store';

/** What a tampered log has in place of an event: one or more others, or nothing. */
export type Tampering = (event: RecordedEvent) => readonly RecordedEvent[];

/** The same log as somebody would leave it who got at the server's files. Subscribers saw it before that. */
export function tampered(store: EventStore, tampering: Tampering): EventStore {
  async function* readStream(stream: string, fromRevision?: number): AsyncGenerator<RecordedEvent> {
    for await (const event of store.readStream(stream, fromRevision)) yield* tampering(event);
  }
  return {
    append: (commit) => store.append(commit),
    readStream,
    readAll: async (options) => (await store.readAll(options)).flatMap((event) => tampering(event)),
    subscribe: (options, handler) => store.subscribe(options, handler),
    head: () => store.head(),
    saveCheckpoint: (name, value) => store.saveCheckpoint(name, value),
    loadCheckpoint: (name) => store.loadCheckpoint(name),
    close: () => store.close(),
  };
}

/** Replaces one event. */
export function changed(stream: string, revision: number, change: (event: RecordedEvent) => RecordedEvent): Tampering {
  return (event) => [event.stream === stream && event.revision === revision ? change(event) : event];
}

/** Takes events out. */
export function without(stream: string, isGone: (revision: number) => boolean): Tampering {
  return (event) => (event.stream === stream && isGone(event.revision) ? [] : [event]);
}
