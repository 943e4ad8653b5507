import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { MemoryEventStore, MemoryLog, type NewEvent, StoreUnavailable } from '#event-store';
import { eventStoreContract } from '#testing';
import { MeasuredStore } from './measured-store.js';

class AwayStore extends MemoryEventStore {
  override async append(): Promise<never> {
    throw new StoreUnavailable('the log is away');
  }
}

function event(id: string): NewEvent {
  const meta = { commandId: id, actor: { kind: 'person', id: 'ada' }, correlationId: id, causationId: id } as const;
  return { id, type: 'BatchDeployed.v1', at: '2026-01-05T08:00:00.000Z', data: {}, meta };
}

async function counts(metrics: Registry): Promise<Record<string, number>> {
  const text = await metrics.getSingleMetricAsString('sluice_append_duration_seconds');
  const lines = text.matchAll(/_count\{outcome="(\w+)"\} (\d+)/g);
  return Object.fromEntries([...lines].map(([, outcome, count]) => [outcome, Number(count)]));
}

describe('the log as a service has it', () => {
  it('counts what appends came to', async () => {
    const metrics = new Registry();
    const store = new MeasuredStore(new MemoryEventStore(), metrics);
    const commit = { stream: 'release-r1', expectedRevision: -1, commitId: 'c1', events: [event('e1')] };
    await store.append(commit);
    await store.append({ ...commit, commitId: 'c2', events: [event('e2')] });
    expect(await counts(metrics)).toEqual({ appended: 1, conflict: 1 });
  });

  it('counts what happened once it is in the log, and not what came too late', async () => {
    const metrics = new Registry();
    const store = new MeasuredStore(new MemoryEventStore(), metrics);
    const held = { ...event('e2'), type: 'ReleaseHeld.v1', data: { cause: 'paused', sentence: 'by ada', batch: null } };
    const wave = { ...event('e3'), type: 'WaveOpened.v1', data: { wave: 1, batches: ['eu.1'] } };
    const commit = { stream: 'release-r1', expectedRevision: -1, commitId: 'c1', events: [event('e1'), held, wave] };
    await store.append(commit);
    await store.append({ ...commit, commitId: 'c2' });
    const text = await metrics.metrics();
    expect(text).toContain('sluice_batches_total{outcome="deployed"} 1\n');
    expect(text).toContain('sluice_batches_total{outcome="passed"} 0\n');
    expect(text).toContain('sluice_release_holds_total{cause="paused"} 1\n');
    expect(text).toContain('sluice_waves_opened_total 1\n');
  });

  it('counts when it was away, and hands the error on', async () => {
    const metrics = new Registry();
    const store = new MeasuredStore(new AwayStore(), metrics);
    const commit = { stream: 'release-r1', expectedRevision: -1, commitId: 'c1', events: [event('e1')] };
    await expect(store.append(commit)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await counts(metrics)).toEqual({ unavailable: 1 });
  });
});

eventStoreContract('measured', async () => {
  const log = new MemoryLog();
  const open = async () => new MeasuredStore(new MemoryEventStore(log), new Registry());
  return { open, dispose: async () => undefined };
});
