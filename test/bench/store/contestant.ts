import type { EventStore } from '#event-store';

/** A store and the bare client of the same server, on logs that nobody else writes to. */
export interface Contestant {
  readonly name: string;
  readonly store: EventStore;
  readonly bare: BareClient;
  close(): Promise<void>;
}

/** What a program would do that knows of streams and expected revisions, and of nothing else that the store does. */
export interface BareClient {
  /** Takes the newest event that the store has written as the pattern for what it writes itself, byte for byte. */
  copy(stream: string): Promise<{ readonly bytes: number }>;
  /** Appends to the lane's stream of its own where it last ended. @throws Error when somebody else was first */
  append(lane: string): Promise<void>;
  /** Reads what the store has written, from the beginning to where it ends now; how many messages. */
  readAll(): Promise<number>;
  /** The same of one of the store's streams. */
  readStream(stream: string): Promise<number>;
}
