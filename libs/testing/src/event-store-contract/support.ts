import type { AppendResult, Commit, EventStore, NewEvent, RecordedEvent } from '#event-store';

/** An empty log under test. */
export interface EventLog {
  /** One more store onto this log, with a connection of its own where the adapter has any. */
  open(): Promise<EventStore>;
  /** Called after all stores were closed: ends whatever is behind them. */
  dispose(): Promise<void>;
}

export type Open = () => Promise<EventStore>;
/** Makes a test out of a function that is given a way to open stores onto a log of its own. */
export type OnFreshLog = (test: (open: Open) => Promise<void>) => () => Promise<void>;

export function onFreshLogs(startLog: () => Promise<EventLog>): OnFreshLog {
  return (test) => async () => {
    const log = await startLog();
    const stores: EventStore[] = [];
    try {
      await test(async () => {
        const store = await log.open();
        stores.push(store);
        return store;
      });
    } finally {
      await Promise.all(stores.map((store) => store.close()));
      await log.dispose();
    }
  };
}

let made = 0;

/** An event that differs from every other in its id. */
export function anEvent(data: unknown = { units: ['eu-1-a'] }): NewEvent {
  made += 1;
  const meta = {
    commandId: `command-${made}`,
    actor: { kind: 'person', id: 'ada' },
    correlationId: 'correlation-1',
    causationId: 'causation-1',
  } as const;
  return { id: `event-${made}`, type: 'BatchDeployed.v1', at: '2026-01-31T12:00:00.000Z', data, meta };
}

export function someEvents(count: number): readonly NewEvent[] {
  return Array.from({ length: count }, (_, index) => anEvent({ index }));
}

/** A commit with an id of its own, of one event unless they are given. */
export function aCommit(stream: string, expectedRevision: number, events: readonly NewEvent[] = [anEvent()]): Commit {
  made += 1;
  return { stream, expectedRevision, commitId: `commit-${made}`, events };
}

/** Appends and insists on it. */
export async function appendTo(
  store: EventStore,
  stream: string,
  expectedRevision: number,
  count = 1,
): Promise<Extract<AppendResult, { outcome: 'appended' }>> {
  const result = await store.append(aCommit(stream, expectedRevision, someEvents(count)));
  if (result.outcome !== 'appended') throw new Error(`${stream} is at ${result.revision}, not ${expectedRevision}`);
  return result;
}

/** Writes a stream of single events, one commit after another. */
export async function writeStream(store: EventStore, stream: string, length: number): Promise<void> {
  for (let revision = -1; revision < length - 1; revision += 1) await appendTo(store, stream, revision);
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);
export const positionsOf = (events: readonly RecordedEvent[]) => events.map(({ position }) => position);

/** Keeps what a subscription delivers, and lets a test wait for it. */
export class Collector {
  readonly events: RecordedEvent[] = [];
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  readonly handler = (event: RecordedEvent): void => {
    this.events.push(event);
    for (const { count, resolve } of this.#waiting) if (this.events.length >= count) resolve();
  };

  /** Settles when this many events have come. */
  async has(count: number): Promise<readonly RecordedEvent[]> {
    await new Promise<void>((resolve) => {
      if (this.events.length >= count) resolve();
      else this.#waiting.push({ count, resolve });
    });
    return this.events;
  }
}
