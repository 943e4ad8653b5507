import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { decideRegistration, Topology } from '#domain';
import { ConfigurationFollower, eventId, ReleaseBook, sha256, systemClock } from '#runtime';
import { Starting } from '../orders/starting.js';
import {
  deploysOf,
  events,
  executor,
  fleet,
  folder,
  person,
  replaceExecutor,
  start,
  submit,
  until,
  useExecutor,
} from './executor.spec-support.js';

useExecutor();

describe('a release that asks to be queued', () => {
  it('waits from its start on for the one that has its units, says for which, and goes on by itself', async () => {
    await submit('r1');
    await submit('r2', { version: '3', conflict: 'queue' });
    await start('r1');
    await start('r2');
    expect(await until('r2', ['held'])).toMatchObject({
      hold: {
        cause: 'queued',
        sentence: 'it waits its turn: unit eu-a belongs to release r1, which has not ended yet',
      },
    });
    await executor.book.order('r2', { type: 'resume' }, person('operator'));
    executor.conductor.look('r2');
    await until('r1', ['completed']);
    await until('r2', ['completed']);
    expect((await fleet.runs()).map(({ version }) => version).sort()).toEqual(['2', '2', '2', '3', '3', '3']);
    const last = (await events('r1')).at(-1)?.position ?? 0;
    const opened = (await events('r2')).find(({ type }) => type === 'WaveOpened.v1');
    expect(opened?.position).toBeGreaterThan(last);
  }, 20_000);

  it('is queued too when another executor has started the other one at the same moment', async () => {
    await submit('r1');
    await submit('r2', { version: '3', conflict: 'queue' });
    await executor.conductor.onApplicationShutdown();
    // Neither knows yet what the other one does.
    for (const id of ['r1', 'r2']) {
      const other = new Starting(new ReleaseBook(executor.store, systemClock));
      expect(await other.start(id, person('operator'))).toMatchObject({ outcome: 'done' });
    }
    await replaceExecutor();
    expect(await until('r2', ['held'])).toMatchObject({ hold: { cause: 'queued' } });
    await until('r1', ['completed']);
    await until('r2', ['completed']);
    const held = (await events('r2')).filter(({ type }) => type === 'ReleaseHeld.v1');
    expect(held).toMatchObject([{ meta: { actor: { kind: 'rule', id: 'CFL-1' } } }]);
  }, 20_000);

  it('gives up its place when it is aborted', async () => {
    await submit('r1');
    await submit('r2', { version: '3', conflict: 'queue' });
    await submit('r3', { version: '4', conflict: 'queue' });
    for (const id of ['r1', 'r2', 'r3']) await start(id);
    await until('r3', ['held']);
    await executor.book.order('r2', { type: 'abort' }, person('operator'));
    executor.conductor.look('r2');
    await until('r1', ['completed']);
    await until('r3', ['completed']);
    expect(new Set((await fleet.runs()).map(({ version }) => version))).toEqual(new Set(['2', '4']));
  }, 20_000);
});

describe('a topology that changes while a release runs', () => {
  const WHOLE = () => Topology.parse(fleet.topology('production'));

  function without(unit: string): Topology {
    const { spec, ...rest } = WHOLE();
    const clusters = spec.clusters.map((one) => ({ ...one, units: one.units?.filter(({ id }) => id !== unit) }));
    return { ...rest, spec: { ...spec, clusters } };
  }

  async function register(topology: Topology): Promise<number> {
    const shelf = new ConfigurationFollower(executor.store, ['Topology']);
    const { commandId } = person('admin');
    return shelf.inOrder('Topology', 'production', async (file) => {
      await file.catchUp(executor.store);
      const text = JSON.stringify(topology);
      const registration = { kind: file.kind, name: file.name, text, digest: sha256(text), registration: commandId };
      const meta = { commandId, actor: { kind: 'person', id: 'admin' }, correlationId: 'c', causationId: 'c' } as const;
      const at = '2026-01-05T09:00:00.000Z';
      const events = decideRegistration(registration, file.state).map((event, index) => {
        return { ...event, id: eventId(file.stream, commandId, index), at, meta };
      });
      const commit = { stream: file.stream, expectedRevision: file.revision, commitId: commandId, events };
      return (await executor.store.append(commit)).revision;
    });
  }

  it('takes a unit that came to its end as the last of all, when the release says so', async () => {
    const topology = without('eu-c');
    await submit('r1', { drift: 'include' }, { topology, revision: await register(topology) });
    await start('r1');
    await register(WHOLE());
    const view = await until('r1', ['completed']);
    expect(view?.batches.map(({ id, units }) => [id, units])).toEqual([
      ['eu.1', ['eu-a']],
      ['eu.2', ['eu-b']],
      ['eu.3', ['eu-c']],
    ]);
    expect(await fleet.versions()).toEqual({ 'eu-a': '2', 'eu-b': '2', 'eu-c': '2' });
  }, 20_000);

  it('holds the release where it says nothing, until a person goes on with its plan', async () => {
    const topology = without('eu-c');
    await submit('r1', {}, { topology, revision: await register(topology) });
    await register(WHOLE());
    await start('r1');
    expect(await until('r1', ['held'])).toMatchObject({ hold: { cause: 'drift' }, drift: { added: 1, waits: true } });
    await executor.book.order('r1', { type: 'resume' }, person('operator'));
    executor.conductor.look('r1');
    await until('r1', ['completed']);
    expect(await fleet.versions()).toEqual({ 'eu-a': '2', 'eu-b': '2', 'eu-c': '1' });
  }, 20_000);
});

describe('a unit that is retried', () => {
  it('is deployed once more, and the release that was held for it goes on to its end', async () => {
    await fleet.trouble('eu-b', '[ "$SLUICE_ACTION" != deploy ] || exit 65\n');
    await submit('r1', { onFailure: 'hold' });
    await start('r1');
    expect(await until('r1', ['held'])).toMatchObject({ hold: { cause: 'failed', batch: 'eu.2' } });
    await rm(join(folder, 'fleet', 'eu-b', 'trouble'));
    const retry = { type: 'retry-unit', unit: 'eu-b' } as const;
    expect(await executor.book.order('r1', retry, person('operator'))).toMatchObject({ outcome: 'done' });
    executor.conductor.look('r1');
    await until('r1', ['completed']);
    expect(await fleet.versions()).toEqual({ 'eu-a': '2', 'eu-b': '2', 'eu-c': '2' });
    expect(await deploysOf('eu-a')).toBe(1);
  }, 20_000);
});

describe('a release that was completed', () => {
  it('does not go back while another one has its units, and does once that one has ended', async () => {
    await submit('r1');
    await start('r1');
    await until('r1', ['completed']);
    await submit('r2', { version: '3', interval: { default: '1h' } });
    await start('r2');
    await until('r2', ['running']);
    const back = () => executor.starting.rollBack('r1', { type: 'roll-back' }, person('operator'));
    expect(await back()).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'UNITS_TAKEN', message: expect.stringContaining('belongs to release r2') },
    });
    await executor.book.order('r2', { type: 'roll-back' }, person('operator'));
    executor.conductor.look('r2');
    await until('r2', ['rolled-back']);
    expect(await back()).toMatchObject({ outcome: 'done', status: 'rolling-back' });
    executor.conductor.look('r1');
    await until('r1', ['rolled-back']);
    expect(await fleet.versions()).toEqual({ 'eu-a': '1', 'eu-b': '1', 'eu-c': '1' });
  }, 20_000);
});
