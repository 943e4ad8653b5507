import { expect, it } from '@jest/globals';
import { eventStoreContract } from '#testing';
import { MemoryEventStore, MemoryLog } from './memory.js';

eventStoreContract('memory', async () => {
  const log = new MemoryLog();
  return { open: async () => new MemoryEventStore(log), dispose: async () => undefined };
});

it('finds out a reader that changes an event', async () => {
  const store = new MemoryEventStore();
  const meta = { commandId: 'c', actor: { kind: 'rule', id: 'r' }, correlationId: 'c', causationId: 'c' } as const;
  const event = { id: 'event-1', type: 'Held.v1', at: '2026-01-31T12:00:00.000Z', data: { units: ['a'] }, meta };
  await store.append({ stream: 'release-a', expectedRevision: -1, commitId: 'commit-1', events: [event] });
  event.data.units.push('b');

  for await (const { data } of store.readStream('release-a')) {
    const { units } = data as typeof event.data;
    expect(units).toEqual(['a']);
    expect(() => units.push('c')).toThrow(TypeError);
  }
});
