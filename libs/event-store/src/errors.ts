/** Everything that a store reports as a failure. `code` is stable and fit for logs; `retryable` says what to do. */
export abstract class EventStoreError extends Error {
  abstract readonly code: string;
  /** True: the same call may succeed later. False: it never will, change the call or call an operator. */
  abstract readonly retryable: boolean;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A commit, a stream name or a checkpoint name that no store can take. */
export class InvalidInput extends EventStoreError {
  readonly code = 'invalid-input';
  readonly retryable = false;
}

/** One event is more JSON than a store takes. Nothing was stored. */
export class EventTooLarge extends EventStoreError {
  readonly code = 'event-too-large';
  readonly retryable = false;

  constructor(
    readonly eventId: string,
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(`event ${eventId} is ${bytes} bytes of JSON, the limit is ${limit}: split it into several events`);
  }
}

/** A commit has too many events, or is too many bytes in all. Nothing was stored. */
export class CommitTooLarge extends EventStoreError {
  readonly code = 'commit-too-large';
  readonly retryable = false;

  constructor(
    readonly stream: string,
    readonly size: number,
    readonly limit: number,
    readonly unit: 'events' | 'bytes',
  ) {
    super(`a commit to ${stream} has ${size} ${unit}, the limit is ${limit}: split it into several commits`);
  }
}

/** A checkpoint is more JSON than a store keeps beside the log. The earlier value stands. */
export class CheckpointTooLarge extends EventStoreError {
  readonly code = 'checkpoint-too-large';
  readonly retryable = false;

  constructor(
    readonly checkpoint: string,
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(`checkpoint ${checkpoint} is ${bytes} bytes of JSON, the limit is ${limit}`);
  }
}

/**
 * The store did not answer, so the outcome is unknown. Repeat the very same call: an append that did get through is
 * recognised by its commit id and not stored twice.
 */
export class StoreUnavailable extends EventStoreError {
  readonly code = 'store-unavailable';
  readonly retryable = true;
}

/** The log holds something that no store wrote: it does not parse, or it does not follow what stands before it. */
export class CorruptLog extends EventStoreError {
  readonly code = 'corrupt-log';
  readonly retryable = false;

  constructor(
    readonly place: { readonly stream: string; readonly sequence: number },
    readonly why: string,
    options?: ErrorOptions,
  ) {
    super(`the log is corrupt at sequence ${place.sequence}, stream ${place.stream}: ${why}`, options);
  }
}

/** The server has a log of this name that may forget or reject what it should keep. An operator has to look. */
export class UnsuitableLog extends EventStoreError {
  readonly code = 'unsuitable-log';
  readonly retryable = false;
}

/** A file that says who connects, or whom to trust, is missing, cannot be read or is not what it has to be. */
export class UnusableCredentials extends EventStoreError {
  readonly code = 'unusable-credentials';
  readonly retryable = false;
}

/** `EVENT_STORE_URL` names a kind of store that this build does not have. */
export class UnsupportedStore extends EventStoreError {
  readonly code = 'unsupported-store';
  readonly retryable = false;
}

/** What `caughtUp` rejects with when its subscription was stopped before it had caught up. */
export class SubscriptionStopped extends EventStoreError {
  readonly code = 'subscription-stopped';
  readonly retryable = false;

  constructor() {
    super('the subscription was stopped before it had caught up');
  }
}
