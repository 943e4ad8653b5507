import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { viewRelease } from '#domain';
import { type RecordedEvent } from '#event-store';
import { pause, ReleaseBook, systemClock } from '#runtime';
import { Starting } from '../orders/starting.js';
import {
  deploysOf,
  Executor,
  events,
  executor,
  fleet,
  folder,
  GOOD,
  judge,
  person,
  replaceExecutor,
  start,
  submit,
  until,
  useExecutor,
} from './executor.spec-support.js';

useExecutor();

describe('carrying out a release', () => {
  it('brings every unit to the new version, batch by batch, each once', async () => {
    await submit('r1');
    await start('r1');
    await until('r1', ['completed']);
    expect(await fleet.versions()).toEqual({ 'eu-a': '2', 'eu-b': '2', 'eu-c': '2' });
    expect((await fleet.runs()).map(({ unit }) => unit).sort()).toEqual(['eu-a', 'eu-b', 'eu-c']);
  });

  it('passes the trace of whoever started it on, to its events and to the commands, while it makes no spans itself', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await fleet.trouble('eu-a', 'printf %s "$TRACEPARENT" > "$unit/traceparent"\n');
    await submit('r1');
    await executor.starting.start('r1', { ...person('operator'), traceparent });
    executor.conductor.look('r1');
    await until('r1', ['completed']);
    const all = await events('r1');
    const started = all.findIndex(({ type }) => type === 'ReleaseStarted.v1');
    expect(new Set(all.slice(started).map(({ meta }) => meta.traceparent))).toEqual(new Set([traceparent]));
    expect(all[started - 1]?.meta).not.toHaveProperty('traceparent');
    expect(await readFile(join(folder, 'fleet', 'eu-a', 'traceparent'), 'utf8')).toBe(traceparent);
  });

  it('leaves a unit alone that runs the version already', async () => {
    await submit('r1');
    await start('r1');
    await until('r1', ['completed']);
    await submit('r2');
    await start('r2');
    await until('r2', ['completed']);
    expect(await fleet.runs()).toHaveLength(3);
  });

  it('tries a unit again that failed and may succeed later', async () => {
    await fleet.trouble('eu-a', '[ "$SLUICE_ACTION" = inspect ] || { rm "$unit/trouble"; exit 1; }\n');
    await submit('r1');
    await start('r1');
    await until('r1', ['completed']);
    const failed = (await events('r1')).filter((event) => event.type === 'UnitDeployFailed.v1');
    expect(failed).toMatchObject([
      { data: { unit: 'eu-a', attempt: 1, error: { code: 'command-failed', retryable: true } } },
    ]);
    expect(await deploysOf('eu-a')).toBe(1);
  }, 20_000);

  it('puts everything back when a unit fails for good', async () => {
    await fleet.trouble('eu-c', '[ "$SLUICE_ACTION" != deploy ] || exit 65\n');
    await submit('r1');
    await start('r1');
    const view = await until('r1', ['rolled-back']);
    expect(view?.batches.map(({ state }) => state)).toEqual(['rolled-back', 'rolled-back']);
    expect(await fleet.versions()).toEqual({ 'eu-a': '1', 'eu-b': '1', 'eu-c': '1' });
  }, 20_000);

  it('takes the time of each attempt, by kind and by what it came to', async () => {
    await fleet.trouble('eu-c', '[ "$SLUICE_ACTION" != deploy ] || exit 65\n');
    await submit('r1');
    await start('r1');
    await until('r1', ['rolled-back']);
    const text = await executor.metrics.metrics();
    const counted = [...text.matchAll(/^sluice_unit_effect_duration_seconds_count(.*)$/gm)].map(([, line]) => line);
    expect(counted.sort()).toEqual([
      '{kind="deploy",outcome="changed"} 2',
      '{kind="deploy",outcome="failed"} 1',
      // The one that failed as well: its command may have begun to change it.
      '{kind="roll-back",outcome="changed"} 3',
    ]);
    expect(text).toContain('sluice_unit_effects_in_hand 0');
  }, 20_000);

  it('stays within the budget of failed units', async () => {
    await fleet.trouble('eu-c', '[ "$SLUICE_ACTION" != deploy ] || exit 65\n');
    await submit('r1', { limits: { unitsAtOnce: 2, unitTimeout: '3s', retries: 0, failedUnits: 1 } });
    await start('r1');
    await until('r1', ['completed']);
    expect(await fleet.versions()).toEqual({ 'eu-a': '2', 'eu-b': '2', 'eu-c': '1' });
  }, 20_000);

  it('does not believe a command that ended well: the unit has to say what it runs', async () => {
    await fleet.trouble('eu-a', '[ "$SLUICE_ACTION" != deploy ] || exit 0\n');
    await submit('r1', { limits: { unitsAtOnce: 2, unitTimeout: '1s', retries: 0 } });
    await start('r1');
    await until('r1', ['rolled-back']);
    const failed = (await events('r1')).find((event) => event.type === 'UnitDeployFailed.v1');
    expect(failed?.data).toMatchObject({
      unit: 'eu-a',
      error: { code: 'timed-out', message: expect.stringContaining('runs 1') },
    });
  }, 20_000);

  it('rolls back the newest batch first when a validator finds a batch to be bad', async () => {
    await submit('r1');
    await start('r1');
    await until('r1', ['running']);
    for (let i = 0; i < 200 && (await deploysOf('eu-b')) === 0; i += 1) {
      const view = viewRelease((await executor.book.fresh('r1')).state, 0);
      if (view?.batches[0]?.state === 'observing') await judge('r1', 'eu.1', GOOD);
      await pause(20);
    }
    await until('r1', ['rolled-back'], { verdict: 'failed', sentence: 'it is bad', evidence: { errors: 9 } });
    const back = (await events('r1')).filter((event) => event.type === 'BatchRolledBack.v1');
    expect(back.map((event) => (event.data as { batch: string }).batch)).toEqual(['eu.2', 'eu.1']);
    const begun = (await events('r1')).find((event) => event.type === 'RollbackStarted.v1');
    expect(begun).toMatchObject({ data: { evidence: { errors: 9 } }, meta: { actor: { kind: 'rule' } } });
    expect(new Set(Object.values(await fleet.versions()))).toEqual(new Set(['1']));
  }, 20_000);
});

describe('starting', () => {
  it('is refused, on record, while another release has one of the units', async () => {
    await submit('r1');
    await submit('r2', { version: '3' });
    await start('r1');
    expect(await executor.starting.start('r2', person('operator'))).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'UNITS_TAKEN', message: expect.stringContaining('r1') },
    });
    const refusals: RecordedEvent[] = [];
    for await (const event of executor.store.readStream('refusal-r2')) refusals.push(event);
    expect(refusals).toMatchObject([{ type: 'CommandRefused.v1', data: { code: 'UNITS_TAKEN' } }]);
  });
});

describe('two executors that start two releases at the same time', () => {
  it('carry out the one that the log has first, and pause the other, which says why', async () => {
    await submit('r1');
    await submit('r2', { version: '3' });
    await executor.conductor.onApplicationShutdown();
    // Neither knows yet what the other one does.
    for (const id of ['r1', 'r2']) {
      const other = new Starting(new ReleaseBook(executor.store, systemClock));
      expect(await other.start(id, person('operator'))).toMatchObject({ outcome: 'done' });
    }

    await replaceExecutor();
    await until('r1', ['completed']);
    expect(await until('r2', ['held'])).toMatchObject({
      hold: { cause: 'paused', sentence: expect.stringContaining('unit eu-a belongs to release r1') },
    });
    expect((await fleet.runs()).map(({ version }) => version)).toEqual(['2', '2', '2']);

    await executor.book.order('r2', { type: 'resume' }, person('operator'));
    executor.conductor.look('r2');
    await until('r2', ['completed']);
    expect(await fleet.versions()).toEqual({ 'eu-a': '3', 'eu-b': '3', 'eu-c': '3' });
  }, 20_000);
});

describe('an executor that takes over', () => {
  it('goes on where the log says the last one was, and repeats nothing', async () => {
    await submit('r1');
    await start('r1');
    for (let i = 0; i < 200 && (await deploysOf('eu-a')) === 0; i += 1) await pause(5);
    await executor.conductor.onApplicationShutdown();
    await replaceExecutor();
    await until('r1', ['completed']);
    expect((await fleet.runs()).map(({ unit }) => unit).sort()).toEqual(['eu-a', 'eu-b', 'eu-c']);
  }, 20_000);

  it('on another machine begins nothing again that was begun, and finds out what became of it', async () => {
    await fleet.trouble('eu-a', '[ "$SLUICE_ACTION" = inspect ] || { echo trouble >> "$unit/began"; sleep 0.5; }\n');
    await submit('r1');
    await start('r1');
    for (let i = 0; i < 500 && !existsSync(join(folder, 'fleet', 'eu-a', 'began')); i += 1) await pause(5);
    await executor.tenure.lose();
    expect((await events('r1')).filter(({ type }) => type === 'UnitDeployed.v1')).toEqual([]);

    const other = new Executor('elsewhere');
    await other.conductor.onApplicationBootstrap();
    await until('r1', ['completed']);
    await other.conductor.onApplicationShutdown();
    expect((await fleet.runs()).map(({ unit }) => unit).sort()).toEqual(['eu-a', 'eu-b', 'eu-c']);
    const journals = (await events('r1')).flatMap(({ type, data }) =>
      type === 'UnitDeployStarted.v1' ? [(data as { journal: string }).journal] : [],
    );
    expect(new Set(journals).size).toBe(2);
  }, 20_000);

  it('leaves a release alone that is not its own any more', async () => {
    await submit('r1');
    await start('r1');
    for (let i = 0; i < 500 && (await deploysOf('eu-a')) === 0; i += 1) await pause(5);
    await executor.tenure.lose();
    const before = (await events('r1')).length;
    await executor.book.order('r1', { type: 'pause' }, person('operator'));
    await executor.book.order('r1', { type: 'resume' }, person('operator'));
    executor.conductor.look('r1');
    await pause(300);
    expect((await events('r1')).slice(before).map(({ type }) => type)).toEqual(['ReleaseHeld.v1', 'ReleaseResumed.v1']);
  });
});
