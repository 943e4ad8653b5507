import { checkCheckpointName, encodeCheckpoint } from './checkpoint.js';
import { appended, checkCommit, MAX_COMMIT_BYTES, placeCommit, type StoredCommit } from './commit.js';
import { CommitTooLarge, StoreUnavailable } from './errors.js';
import { EMPTY_HEAD, type SealedEvent, type StreamHead, seal } from './hash-chain.js';
import type {
  AppendResult,
  Commit,
  EventHandler,
  EventStore,
  RecordedEvent,
  SubscribeOptions,
  Subscription,
} from './port.js';
import { sequenceOf } from './position.js';
import { inCategories, parseStreamName } from './stream-name.js';
import { Subscriptions } from './subscription.js';

/** A log that lives as long as the process. Several `MemoryEventStore`s may share one, as services share a server. */
export class MemoryLog {
  readonly checkpoints = new Map<string, string>();
  readonly #commits: StoredCommit[] = [];
  readonly #streams = new Map<string, StoredCommit[]>();
  readonly #onGrowth = new Set<() => void>();

  add(commitId: string, stream: string, sealed: readonly SealedEvent[]): StoredCommit {
    const commit = freeze(placeCommit(this.#commits.length + 1, commitId, stream, sealed));
    this.#commits.push(commit);
    const commits = this.#streams.get(stream);
    if (commits === undefined) this.#streams.set(stream, [commit]);
    else commits.push(commit);
    for (const wake of this.#onGrowth) wake();
    return commit;
  }

  /** The commits of one stream. */
  of(stream: string): readonly StoredCommit[] {
    return this.#streams.get(stream) ?? [];
  }

  get newest(): StoredCommit | undefined {
    return this.#commits.at(-1);
  }

  /** What stands after a position now. */
  *after(options: SubscribeOptions): Generator<RecordedEvent> {
    const select = selection(options);
    for (const commit of this.#commits.slice(startIndex(options))) yield* select(commit);
  }

  /** What stands after a position, and then whatever is added, until the signal aborts. */
  async *follow(options: SubscribeOptions, signal: AbortSignal): AsyncGenerator<RecordedEvent> {
    const select = selection(options);
    let next = startIndex(options);
    let wake: () => void = () => undefined;
    const wakeUp = () => wake();
    this.#onGrowth.add(wakeUp);
    signal.addEventListener('abort', wakeUp);
    try {
      while (!signal.aborted) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        for (; next < this.#commits.length; next += 1) yield* select(this.#commits[next]);
        await woken;
      }
    } finally {
      this.#onGrowth.delete(wakeUp);
    }
  }
}

/**
 * The event store for tests and simulation: the contract of a real one, without I/O and without timers, so that it
 * runs on a virtual clock. Events are frozen, so that a reader that changes one is found out.
 */
export class MemoryEventStore implements EventStore {
  readonly #log: MemoryLog;
  readonly #subscriptions = new Subscriptions();
  #closed = false;

  constructor(log = new MemoryLog()) {
    this.#log = log;
  }

  async append(commit: Commit): Promise<AppendResult> {
    const { stream, expectedRevision, commitId, events } = checkCommit(commit);
    const commits = this.#openLog().of(stream);
    const head = headOf(commits);
    if (head.revision !== expectedRevision) {
      const rival = commits.find(({ first }) => first.revision === expectedRevision + 1);
      return rival?.commitId === commitId ? appended(rival) : { outcome: 'conflict', revision: head.revision };
    }
    const sealed = seal({ stream, events }, head);
    const bytes = Buffer.byteLength(JSON.stringify(sealed));
    if (bytes > MAX_COMMIT_BYTES) throw new CommitTooLarge(stream, bytes, MAX_COMMIT_BYTES, 'bytes');
    return appended(this.#log.add(commitId, stream, sealed));
  }

  async *readStream(stream: string, fromRevision = 0): AsyncGenerator<RecordedEvent> {
    parseStreamName(stream);
    for (const { events } of this.#openLog().of(stream)) {
      yield* events.filter(({ revision }) => revision >= fromRevision);
    }
  }

  async readAll({ limit, ...options }: SubscribeOptions & { readonly limit: number }) {
    const page: RecordedEvent[] = [];
    for (const event of this.#openLog().after(options)) {
      if (page.length >= limit) break;
      page.push(event);
    }
    return page;
  }

  async subscribe(options: SubscribeOptions, handler: EventHandler): Promise<Subscription> {
    const log = this.#openLog();
    const caughtUpAt = [...log.after(options)].at(-1)?.position;
    return this.#subscriptions.start({ events: (signal) => log.follow(options, signal), caughtUpAt }, handler);
  }

  async head(): Promise<number | undefined> {
    return this.#openLog().newest?.last.position;
  }

  async saveCheckpoint(name: string, value: unknown): Promise<void> {
    this.#openLog().checkpoints.set(checkCheckpointName(name), encodeCheckpoint(name, value));
  }

  async loadCheckpoint(name: string): Promise<unknown> {
    const json = this.#openLog().checkpoints.get(checkCheckpointName(name));
    return json === undefined ? undefined : JSON.parse(json);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#subscriptions.stopAll();
  }

  #openLog(): MemoryLog {
    if (this.#closed) throw new StoreUnavailable('this event store was closed');
    return this.#log;
  }
}

function headOf(commits: readonly StoredCommit[]): StreamHead {
  const last = commits.at(-1)?.last;
  return last === undefined ? EMPTY_HEAD : { revision: last.revision, hash: last.meta.hash };
}

function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}

function startIndex({ after }: SubscribeOptions): number {
  return after === undefined ? 0 : Math.max(0, sequenceOf(after) - 1);
}

/** The events of a commit that a reader asked for. */
function selection({ after, categories }: SubscribeOptions): (commit?: StoredCommit) => readonly RecordedEvent[] {
  const wanted = inCategories(categories);
  return (commit) => {
    if (commit === undefined || !wanted(commit.stream)) return [];
    return commit.events.filter(({ position }) => after === undefined || position > after);
  };
}
