import { describe, expect, it } from '@jest/globals';
import { given, happened, running, type Story } from './story.spec-support.js';

const ADVANCE = { type: 'advance' } as const;
const due = (story: Story) => given(story).when(ADVANCE);
const SECOND_WAVE = running().passes('eu.1').deploys('eu.2');

describe('the rollback of a release', () => {
  const turned = SECOND_WAVE.does({ type: 'roll-back' });

  it('reports batch by batch, and ends when every unit that was changed is back', () => {
    const two = turned.putsBack('eu.2', 'eu.2-2');
    expect(due(two)).toEqual([happened('BatchRolledBack.v1', { batch: 'us.1', units: 0 })]);
    const newest = two.advances().putsBack('eu.2', 'eu.2-1');
    expect(due(newest)).toEqual([happened('BatchRolledBack.v1', { batch: 'eu.2', units: 2 })]);
    expect(due(newest.putsBack('eu.1', 'eu.1-1'))).toEqual([
      happened('BatchRolledBack.v1', { batch: 'eu.2', units: 2 }),
      happened('BatchRolledBack.v1', { batch: 'eu.1', units: 1 }),
      happened('ReleaseRolledBack.v1', { units: 3 }),
    ]);
  });

  it('waits for what is in flight, and takes that back too', () => {
    const inFlight = SECOND_WAVE.begins('us.1', 'us.1-1')
      .does({ type: 'roll-back' })
      .putsBack('eu.2', 'eu.2-2', 'eu.2-1');
    expect(inFlight.advances().batches).toEqual({
      'eu.1': 'rolling-back',
      'eu.2': 'rolled-back',
      'us.1': 'rolling-back',
    });
    const done = inFlight.finishes('us.1', 'us.1-1').putsBack('us.1', 'us.1-1').putsBack('eu.1', 'eu.1-1').advances();
    expect(done.last(1)).toEqual([happened('ReleaseRolledBack.v1', { units: 4 })]);
  });

  it('takes back what failed half way, but not what failed without a change', () => {
    const mixed = SECOND_WAVE.begins('us.1', 'us.1-1', 'us.1-2')
      .fails('us.1', 'us.1-1', { unchanged: true })
      .fails('us.1', 'us.1-2', { unchanged: false });
    const back = mixed.advances();
    expect(back.state).toMatchObject({ status: 'rolling-back', rollback: { scope: 'release' } });
    expect(back.batch('us.1').queue.map((unit) => back.started.units.at(unit).attempt)).toHaveLength(1);
    const done = back
      .putsBack('us.1', 'us.1-2')
      .putsBack('eu.2', 'eu.2-2', 'eu.2-1')
      .putsBack('eu.1', 'eu.1-1')
      .advances();
    expect(done.last(1)).toEqual([happened('ReleaseRolledBack.v1', { units: 4 })]);
    expect(done.unit('us.1-1')).toMatchObject({ status: 'failed', touched: false });
  });

  it('that changed nothing yet is over at once', () => {
    expect(due(running().does({ type: 'roll-back' }))).toEqual([
      happened('BatchRolledBack.v1', { batch: 'eu.1', units: 0 }),
      happened('ReleaseRolledBack.v1', { units: 0 }),
    ]);
  });

  it('is held when a unit cannot be put back, but only after all others are', () => {
    const stuck = turned.failsToPutBack('eu.2', 'eu.2-2');
    expect(due(stuck)).toEqual([happened('BatchRolledBack.v1', { batch: 'us.1', units: 0 })]);
    const rest = stuck.putsBack('eu.2', 'eu.2-1').putsBack('eu.1', 'eu.1-1');
    const sentence = '1 unit could not be put back; sluice resume tries it again';
    expect(due(rest).slice(-1)).toEqual([
      happened('ReleaseHeld.v1', { cause: 'rollback-failed', sentence, batch: null }),
    ]);
    const held = rest.advances();
    expect(held.batches).toEqual({ 'eu.1': 'rolled-back', 'eu.2': 'rolling-back', 'us.1': 'rolled-back' });
    const resumed = held.does({ type: 'resume' });
    expect(resumed.batch('eu.2').queue).toHaveLength(1);
    expect(resumed.putsBack('eu.2', 'eu.2-2').advances().last(1)).toEqual([
      happened('ReleaseRolledBack.v1', { units: 3 }),
    ]);
  });
});

describe('the rollback of a batch', () => {
  const turned = SECOND_WAVE.begins('us.1', 'us.1-1').does({ type: 'roll-back', batch: 'eu.2' });
  const back = turned.putsBack('eu.2', 'eu.2-2', 'eu.2-1');

  it('leaves the release waiting for a person', () => {
    const sentence = 'batch eu.2 is rolled back; sluice resume deploys it again';
    expect(due(back)).toEqual([
      happened('BatchRolledBack.v1', { batch: 'eu.2', units: 2 }),
      happened('ReleaseHeld.v1', { cause: 'batch-rolled-back', sentence, batch: 'eu.2' }),
    ]);
  });

  it('does not touch the batches beside it: what is in flight there ends as it would', () => {
    const held = back.finishes('us.1', 'us.1-1').advances();
    expect(held.unit('us.1-1')).toMatchObject({ status: 'deployed', touched: true });
    expect(held.batches).toEqual({ 'eu.1': 'passed', 'eu.2': 'rolled-back', 'us.1': 'deploying' });
  });

  it('and of one beside it that fails for the time being is tried again after the release has gone on', () => {
    const failed = turned.fails('us.1', 'us.1-1', { retryable: true }).putsBack('eu.2', 'eu.2-2', 'eu.2-1').advances();
    const resumed = failed.does({ type: 'resume' }).after('1s');
    expect(resumed.begins('us.1', 'us.1-1').unit('us.1-1').attempt).toBe(2);
  });

  it('of an earlier wave is deployed, observed and passed again before the next wave opens', () => {
    const first = SECOND_WAVE.does({ type: 'roll-back', batch: 'eu.1' }).putsBack('eu.1', 'eu.1-1').advances();
    const resumed = first.does({ type: 'resume' });
    expect(resumed.batches).toEqual({ 'eu.1': 'deploying', 'eu.2': 'observing', 'us.1': 'deploying' });
    const second = resumed.after('10m').judges('eu.2', 'passed').advances();
    expect(second.batches).toMatchObject({ 'eu.2': 'passed', 'us.1': 'deploying' });
    const all = second.passes('eu.1').passes('us.1');
    expect(all.state.status).toBe('completed');
  });

  it('reads anew what its units run, before they are deployed again', () => {
    const again = back.finishes('us.1', 'us.1-1').advances().does({ type: 'resume' });
    const other = { version: '1.0.1', healthy: true };
    const begun = again.does({ type: 'begin-unit', batch: 'eu.2', unit: 'eu.2-1', before: other });
    expect(begun.unit('eu.2-1')).toMatchObject({ before: other, attempt: 2, tries: 1 });
  });
});
