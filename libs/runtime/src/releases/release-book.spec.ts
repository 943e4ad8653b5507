import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryEventStore, type RecordedEvent } from '#event-store';
import { clock, person, submission } from './orders.spec-support.js';
import { ReleaseBook } from './release-book.js';

async function eventsOf(store: MemoryEventStore, stream: string): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for await (const event of store.readStream(stream)) found.push(event);
  return found;
}

let store: MemoryEventStore;
let book: ReleaseBook;

beforeEach(async () => {
  store = new MemoryEventStore();
  book = new ReleaseBook(store, clock);
  await book.order('r1', submission('r1'), person('author'));
});

describe('ordering', () => {
  it('writes down who, why and by which command', async () => {
    await book.order('r1', { type: 'start' }, person('operator', { commandId: 'start-1', reason: 'time to go' }));
    const last = (await eventsOf(store, 'release-r1')).at(-1);
    expect(last).toMatchObject({
      type: 'ReleaseStarted.v1',
      meta: { commandId: 'start-1', actor: { kind: 'person', id: 'operator' }, reason: 'time to go' },
    });
  });

  it('answers the same command again and does not carry it out again', async () => {
    const once = person('operator');
    const first = await book.order('r1', { type: 'start' }, once);
    await book.order('r1', { type: 'pause' }, person('operator'));
    const again = await book.order('r1', { type: 'start' }, once);
    expect(first).toMatchObject({ outcome: 'done', status: 'running' });
    expect(again).toMatchObject({ outcome: 'done', status: 'running', revision: first.revision, events: [] });
  });

  it('answers the same command again in another process too', async () => {
    const once = person('operator');
    const first = await book.order('r1', { type: 'start' }, once);
    const other = new ReleaseBook(store, clock);
    expect(await other.order('r1', { type: 'start' }, once)).toMatchObject({
      outcome: 'done',
      revision: first.revision,
    });
  });

  it('puts a refusal on record, once, and gives it again to the same command', async () => {
    const early = person('operator');
    const first = await book.order('r1', { type: 'pause' }, early);
    expect(first).toMatchObject({ outcome: 'refused', refusal: { code: 'WRONG_STATE', status: 'ready' } });
    await book.order('r1', { type: 'start' }, person('operator'));
    expect(await book.order('r1', { type: 'pause' }, early)).toMatchObject({ outcome: 'refused' });
    expect(await new ReleaseBook(store, clock).order('r1', { type: 'pause' }, early)).toMatchObject({
      outcome: 'refused',
    });
    const refusals = await eventsOf(store, 'refusal-r1');
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({
      type: 'CommandRefused.v1',
      data: { command: 'pause', code: 'WRONG_STATE' },
      meta: { actor: { id: 'operator' } },
    });
  });

  it('stores nothing for a release that does not exist', async () => {
    expect(await book.order('nobody', { type: 'start' }, person('operator'))).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'UNKNOWN_RELEASE' },
    });
    expect(await eventsOf(store, 'refusal-nobody')).toEqual([]);
  });

  it('puts on record why others keep a release from being made, and gives that again to the same command', async () => {
    const refusal = { code: 'UNITS_TAKEN', message: 'unit eu-a belongs to release r1', status: 'absent' } as const;
    const author = person('author');
    expect(await book.refused('r2', author)).toBeNull();
    expect(await book.refuse('r2', 'submit', refusal, author)).toMatchObject({ outcome: 'refused', refusal });
    const again = new ReleaseBook(store, clock);
    expect(await again.refused('r2', author)).toMatchObject({ outcome: 'refused', refusal });
    await again.refuse('r2', 'submit', { ...refusal, message: 'another' }, author);
    const refusals = await eventsOf(store, 'refusal-r2');
    expect(refusals.map(({ data }) => data)).toMatchObject([{ command: 'submit', message: refusal.message }]);
    expect(await eventsOf(store, 'release-r2')).toEqual([]);
    expect(book.live().map(({ release }) => release)).toEqual(['r1']);
  });

  it('decides on what the log says, not on what this process last saw', async () => {
    const other = new ReleaseBook(store, clock);
    await other.fresh('r1');
    await book.order('r1', { type: 'start' }, person('operator'));
    expect(await other.order('r1', { type: 'pause' }, person('operator'))).toMatchObject({
      outcome: 'done',
      status: 'held',
    });
  });

  it('lets one of two win who act on the same revision', async () => {
    const { revision } = await book.fresh('r1');
    const outcomes = await Promise.all(
      [book, new ReleaseBook(store, clock)].map((own) =>
        own.order('r1', { type: 'start' }, person('operator', { expectedRevision: revision })),
      ),
    );
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['done', 'moved-on']);
  });
});
