import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placeCommit } from './commit.js';
import { CorruptLog } from './errors.js';
import { EMPTY_HEAD, hashOf, seal } from './hash-chain.js';
import type { NewEvent, RecordedEvent } from './port.js';
import { check, verifyStream } from './verify.js';

function stream(length: number, name = 'release-a'): RecordedEvent[] {
  const events = Array.from({ length }, (_, index): NewEvent => {
    const meta = {
      commandId: 'c',
      actor: { kind: 'rule', id: 'OBS-3' },
      correlationId: 'c',
      causationId: 'c',
    } as const;
    return { id: `event-${index}`, type: 'Held.v1', at: '2026-01-31T12:00:00.000Z', data: { index }, meta };
  });
  return [...placeCommit(1, 'commit', name, seal({ stream: name, events }, EMPTY_HEAD)).events];
}

type Edit = (event: RecordedEvent) => RecordedEvent;
const edits: Record<string, Edit> = {
  id: (event) => ({ ...event, id: 'forged' }),
  type: (event) => ({ ...event, type: 'Held.v2' }),
  at: (event) => ({ ...event, at: '2026-01-31T12:00:00.001Z' }),
  data: (event) => ({ ...event, data: { index: 'forged' } }),
  actor: (event) => ({ ...event, meta: { ...event.meta, actor: { kind: 'person', id: 'eve' } } }),
  reason: (event) => ({ ...event, meta: { ...event.meta, reason: 'forged' } }),
  hash: (event) => ({ ...event, meta: { ...event.meta, hash: 'f'.repeat(64) } }),
  previousHash: (event) => ({ ...event, meta: { ...event.meta, previousHash: 'f'.repeat(64) } }),
};
const LENGTH = 12;
const place = fc.integer({ min: 0, max: LENGTH - 1 });

describe('verifying a stream', () => {
  it('finds nothing where nothing was done, and says where the stream ends', async () => {
    const events = stream(LENGTH);
    const head = { revision: LENGTH - 1, hash: events.at(-1)?.meta.hash };
    expect(await verifyStream(events)).toEqual({ ok: true, count: LENGTH, head });
    expect(await verifyStream([])).toEqual({ ok: true, count: 0, head: EMPTY_HEAD });
  });

  it('names an event of which anything was changed', async () => {
    await fc.assert(
      fc.asyncProperty(place, fc.constantFrom(...Object.values(edits)), async (at, edit) => {
        const events = stream(LENGTH).map((event, index) => (index === at ? edit(event) : event));
        const found = await verifyStream(events);
        expect(found).toMatchObject({ ok: false, fault: 'changed', revision: at, eventId: events[at]?.id });
      }),
    );
  });

  it('names the first of several changed events', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(place, { minLength: 1 }), async (places) => {
        const events = stream(LENGTH).map((event, index) => (places.includes(index) ? { ...event, data: 'x' } : event));
        expect(await verifyStream(events)).toMatchObject({ ok: false, revision: Math.min(...places) });
      }),
    );
  });

  it('names the gap where events are missing, but cannot see that the end was cut off', async () => {
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 3 }), async (at, count) => {
        const events = stream(LENGTH);
        const next = events[at + count];
        events.splice(at, count);
        const found = await verifyStream(events);
        if (next === undefined) expect(found).toMatchObject({ ok: true, count: at });
        else expect(found).toMatchObject({ ok: false, fault: 'missing', revision: at, eventId: next.id });
      }),
    );
  });

  it('names the first event that stands in the wrong place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...Array(LENGTH).keys()], { minLength: LENGTH }), async (order) => {
        const events = stream(LENGTH);
        const wrong = order.findIndex((from, to) => from !== to);
        const found = await verifyStream(order.flatMap((from) => events[from] ?? []));
        if (wrong < 0) expect(found.ok).toBe(true);
        else expect(found).toMatchObject({ fault: 'reordered', revision: wrong, eventId: `event-${order[wrong]}` });
      }),
    );
  });

  it('names an event that is there twice', async () => {
    const [first, second, third] = stream(3);
    const events = [first, second, second, third].flatMap((event) => event ?? []);
    expect(await verifyStream(events)).toMatchObject({ fault: 'reordered', revision: 2, eventId: 'event-1' });
  });

  it('names the event after one that was replaced together with its hash', async () => {
    const events = stream(4);
    const replaced = events.map((event) => {
      if (event.revision !== 1) return event;
      const forged = { ...event, data: 'forged' };
      return { ...forged, meta: { ...forged.meta, hash: hashOf(forged, forged.meta.previousHash) } };
    });
    expect(await verifyStream(replaced)).toMatchObject({ fault: 'unlinked', revision: 2, eventId: 'event-2' });
  });

  it('names an event of another stream', () => {
    expect(check(stream(1)[0], stream(2, 'release-b')[1] as RecordedEvent)).toMatchObject({ fault: 'foreign' });
  });

  it('says where the log could not be read any further', async () => {
    async function* broken() {
      yield* stream(2);
      throw new CorruptLog({ stream: 'release-a', sequence: 9 }, 'the message is not JSON');
    }
    expect(await verifyStream(broken())).toEqual({
      ok: false,
      fault: 'unreadable',
      revision: 2,
      eventId: undefined,
      why: 'the log is corrupt at sequence 9, stream release-a: the message is not JSON',
    });
  });
});
