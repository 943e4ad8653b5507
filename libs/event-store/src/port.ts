/** Who did it: a person by the name of their token, a rule of Sluice by its id, or a service acting for itself. */
export interface Actor {
  readonly kind: 'person' | 'rule' | 'service';
  readonly id: string;
}

/** What an event says about its own making. `hash` and `previousHash` are put in by the store. */
export interface EventMeta {
  readonly commandId: string;
  readonly actor: Actor;
  readonly reason?: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string;
  /** What the steady clock of the writing process showed, where real time counts: which clock, and its milliseconds. */
  readonly reading?: { readonly clock: string; readonly ms: number };
}

/** An event as a writer hands it over. */
export interface NewEvent<Type extends string = string, Data = unknown> {
  readonly id: string;
  /** Past tense with a version, `BatchDeployed.v1`. */
  readonly type: Type;
  /** When it happened, ISO-8601 in UTC with milliseconds. The writer's clock. */
  readonly at: string;
  /** Plain JSON: no `Date`, no `undefined` that matters, no functions. */
  readonly data: Data;
  readonly meta: EventMeta;
}

/** An event as it stands in the log. */
export interface RecordedEvent<Type extends string = string, Data = unknown> extends NewEvent<Type, Data> {
  readonly stream: string;
  /** Place in its stream: 0, 1, 2, … without gaps. */
  readonly revision: number;
  /** Place in the whole log. Opaque: it only grows, with gaps. */
  readonly position: number;
  readonly meta: EventMeta & { readonly hash: string; readonly previousHash: string };
}

/** The revision of a stream that holds nothing yet. */
export const NO_STREAM = -1;

/** One commit: several events of one stream, all or none. */
export interface Commit {
  readonly stream: string;
  /** The revision the writer decided on; `NO_STREAM` when there was none. */
  readonly expectedRevision: number;
  /** The same id, on the same stream and expected revision, again is the same commit: it is stored once. */
  readonly commitId: string;
  readonly events: readonly NewEvent[];
}

/** What a commit came to. A conflict is a value: somebody else was first, read again and decide again. */
export type AppendResult =
  | {
      readonly outcome: 'appended';
      readonly revision: number;
      readonly position: number;
      readonly events: readonly RecordedEvent[];
    }
  | { readonly outcome: 'conflict'; readonly revision: number };

/** Which part of the log, and from where. */
export interface SubscribeOptions {
  /** The part of a stream's name before its first `-`, e.g. `release`. All streams of any of these; none given: everything. */
  readonly categories?: readonly string[];
  /** Deliver what comes after this position; from the beginning when absent. */
  readonly after?: number;
}

/** A running subscription. */
export interface Subscription {
  /**
   * Resolves when everything that stood in the log at the time of subscribing was handled. Rejects when the
   * subscription ended before that: with the error on `closed`, or with `SubscriptionStopped`.
   */
  readonly caughtUp: Promise<void>;
  /**
   * Settles when it ended: resolves after `stop()`, rejects with the error that ended it (a handler's throw included).
   * Look at it from the start: if nobody does, a rejection ends the process, for a dead subscription must not go unseen.
   */
  readonly closed: Promise<void>;
  /**
   * Resolves when the handler has settled for the last time. Do not await it inside the handler: it waits for the handler.
   */
  stop(): Promise<void>;
}

/** Handles one event at a time, in order; the next is delivered after it settled. A rejection ends the subscription. */
export type EventHandler = (event: RecordedEvent) => Promise<void> | void;

/** The log. Adapters: memory, JetStream, KurrentDB; every one passes `eventStoreContract`. */
export interface EventStore {
  /**
   * @throws {InvalidInput} | {EventTooLarge} | {CommitTooLarge} terminal, nothing stored; {StoreUnavailable} retryable,
   * with the same commit.
   */
  append(commit: Commit): Promise<AppendResult>;
  /**
   * The events of one stream in order, from a revision on (0 when absent). An unknown stream is empty. A stream is named
   * `<category>-<id>`, the id being any text.
   * @throws {InvalidInput} for another name, {StoreUnavailable} retryable, {CorruptLog}
   */
  readStream(stream: string, fromRevision?: number): AsyncIterable<RecordedEvent>;
  /** The log in order, after a position, at most `limit` events. For pages; a feed subscribes. */
  readAll(options: SubscribeOptions & { readonly limit: number }): Promise<readonly RecordedEvent[]>;
  /**
   * Catches up from a position, then stays live, without a gap and without a repeat. The handler may be called before
   * this resolves.
   * @throws {StoreUnavailable} retryable
   */
  subscribe(options: SubscribeOptions, handler: EventHandler): Promise<Subscription>;
  /** The position of the newest event, or undefined when the log is empty. */
  head(): Promise<number | undefined>;
  /** A small value under a name (at most 64 KiB of JSON) that a subscriber keeps beside the log: where it stands. Newest wins. */
  saveCheckpoint(name: string, value: unknown): Promise<void>;
  loadCheckpoint(name: string): Promise<unknown>;
  close(): Promise<void>;
}
