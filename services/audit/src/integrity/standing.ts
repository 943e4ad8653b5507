import { ABSENT, evolve, type ReleaseState } from '#domain';
import type { EventStore } from '#event-store';
import { readRelease } from '../story/events.js';

/** Where a release stands by its log, and where it stood when its read model was last written. */
export interface Standing {
  readonly now: ReleaseState;
  readonly then: ReleaseState;
  /** The newest revision of the stream, and its place in the log; -1 when there is none. */
  readonly revision: number;
  readonly position: number;
}

/** Folds a release's stream from its first event on. `then` is its state at the revision given. */
export async function standingOf(store: EventStore, release: string, thenRevision: number): Promise<Standing> {
  let [now, then, revision, position] = [ABSENT as ReleaseState, ABSENT as ReleaseState, -1, -1];
  for await (const event of store.readStream(`release-${release}`)) {
    const known = readRelease(event);
    if (known) now = evolve(now, known);
    if (event.revision <= thenRevision) then = now;
    ({ revision, position } = event);
  }
  return { now, then, revision, position };
}
