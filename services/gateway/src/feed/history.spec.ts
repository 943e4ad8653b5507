import { expect, it } from '@jest/globals';
import { MemoryEventStore, MemoryLog, type RecordedEvent } from '#event-store';
import { append } from '../spec/events-in-test.js';
import { EVERYTHING, ofRelease, releaseExists } from './history.js';
import { pageOf } from './page.js';

async function positions(events: AsyncIterable<RecordedEvent>): Promise<number[]> {
  const found: number[] = [];
  for await (const { position } of events) found.push(position);
  return found;
}

const positionsOf = (events: readonly RecordedEvent[]) => events.map(({ position }) => position);

it('tells of a release and of what was refused to it, in the order of the log', async () => {
  const store = new MemoryEventStore();
  const first = await append(store, 'release-a', 3, 2);
  const refused = await append(store, 'refusal-a', 2);
  await append(store, 'release-b', 2);
  const second = await append(store, 'release-a', 2);
  const all = positionsOf([...first, ...refused, ...second]);
  const head = (await store.head()) ?? 0;
  expect(await positions(ofRelease('a').between(store, -1, head))).toEqual(all);
  expect(await positions(ofRelease('a').between(store, all[1] ?? 0, all[5] ?? 0))).toEqual(all.slice(2, 6));
  expect(await positions(ofRelease('nobody').between(store, -1, head))).toEqual([]);
});

it('tells of everything, however long that is', async () => {
  const store = new MemoryEventStore();
  const events = await append(store, 'release-a', 600, 7);
  const head = (await store.head()) ?? 0;
  expect(await positions(EVERYTHING.between(store, -1, head))).toEqual(positionsOf(events));
  expect(await positions(EVERYTHING.between(store, -1, events[299]?.position ?? 0))).toEqual(
    positionsOf(events.slice(0, 300)),
  );
});

/** Somebody writes to both streams of a release after one was read and before the other is. */
class WrittenInBetween extends MemoryEventStore {
  override async *readStream(stream: string, fromRevision?: number): AsyncGenerator<RecordedEvent> {
    yield* super.readStream(stream, fromRevision);
    if (!stream.startsWith('release-')) return;
    const writer = new MemoryEventStore(this.shared);
    await append(writer, 'release-a', 1);
    await append(writer, 'refusal-a', 1);
  }

  constructor(private readonly shared: MemoryLog) {
    super(shared);
  }
}

it('leaves nothing out that is written while it reads', async () => {
  const log = new MemoryLog();
  const store = new WrittenInBetween(log);
  await append(new MemoryEventStore(log), 'release-a', 2);
  const seen: number[] = [];
  for (let page = 0; page < 5; page += 1) {
    const { events } = JSON.parse(await pageOf(store, ofRelease('a'), seen.at(-1) ?? -1, 100));
    seen.push(...positionsOf(events));
  }
  const written = await positions(ofRelease('a').between(new MemoryEventStore(log), -1, seen.at(-1) ?? -1));
  expect(seen).toEqual(written);
  expect(seen.length).toBeGreaterThan(8);
});

it('knows which releases there are', async () => {
  const store = new MemoryEventStore();
  await append(store, 'release-a', 1);
  await append(store, 'refusal-b', 1);
  expect(await releaseExists(store, 'a')).toBe(true);
  expect(await releaseExists(store, 'b')).toBe(false);
});

it('closes a page when it gets too large, and goes on behind it', async () => {
  const store = new MemoryEventStore();
  const events = await append(store, 'release-a', 50, 2, 'x'.repeat(240_000));
  const seen: number[] = [];
  const sizes: number[] = [];
  for (let next: number | null = -1; next !== null; ) {
    const text = await pageOf(store, EVERYTHING, next, 1_000);
    const page: { events: RecordedEvent[]; next: number | null } = JSON.parse(text);
    seen.push(...positionsOf(page.events));
    sizes.push(text.length);
    next = page.next;
  }
  expect(seen).toEqual(positionsOf(events));
  expect(sizes.length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThan(8.1 * 1024 * 1024);
});
