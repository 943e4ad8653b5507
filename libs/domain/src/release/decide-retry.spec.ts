import { describe, expect, it } from '@jest/globals';
import type { Sketch } from './sketch.spec-support.js';
import { judgedGood, probed, shifted, since, storyAt, THROUGH_STAGING } from './staging-story.spec-support.js';
import { given, happened, OLD, running, type Story } from './story.spec-support.js';

const THREE: Sketch = { waves: [{ 'eu.1': 3 }, { 'eu.2': 3 }], spec: { onFailure: 'hold' } };
const TOLERANT: Sketch = { ...THREE, spec: { onFailure: 'hold', limits: { failedUnits: 1 } } };
const retry = (unit: string) => ({ type: 'retry-unit', unit }) as const;
const retried = (unit: string, batch = 'eu.1') => happened('UnitRetried.v1', { batch, unit });
const RESUMED = happened('ReleaseResumed.v1', {});

/** Begins all three units of the first batch; these fail for good, the others are deployed. */
function endsWith(sketch: Sketch, ...failing: string[]): Story {
  const units = ['eu.1-1', 'eu.1-2', 'eu.1-3'];
  const open = running(sketch).begins('eu.1', ...units);
  const ended = units.reduce(
    (story, unit) => (failing.includes(unit) ? story.fails('eu.1', unit) : story.finishes('eu.1', unit)),
    open,
  );
  return ended.advances();
}

describe('retrying a unit that failed for good', () => {
  const held = endsWith(THREE, 'eu.1-2');

  it('lets the release go on that is held for nothing else, with that unit alone', () => {
    expect(held.state).toMatchObject({ status: 'held', hold: { cause: 'failed' } });
    expect(given(held).when(retry('eu.1-2'))).toEqual([RESUMED, retried('eu.1-2')]);
    const again = held.does(retry('eu.1-2'));
    expect(again.batch('eu.1')).toMatchObject({ status: 'deploying', deployed: 2, failed: 0, failure: null });
    expect(again.unit('eu.1-2')).toMatchObject({ status: 'pending', tries: 0, attempt: 1 });
    const deployed = again.begins('eu.1', 'eu.1-2').finishes('eu.1', 'eu.1-2').advances();
    expect(deployed.last(1)).toEqual([happened('BatchDeployed.v1', { batch: 'eu.1', deployed: 3, failed: 0 })]);
  });

  it('gives it all of its attempts again', () => {
    const again = held.does(retry('eu.1-2')).begins('eu.1', 'eu.1-2').fails('eu.1', 'eu.1-2', { retryable: true });
    expect(again.unit('eu.1-2')).toMatchObject({ status: 'retrying', attempt: 2, tries: 1 });
  });

  it('is not enough while more units of the batch have failed than may', () => {
    const both = endsWith(THREE, 'eu.1-1', 'eu.1-2');
    expect(given(both).when(retry('eu.1-1'))).toEqual([retried('eu.1-1')]);
    const one = both.does(retry('eu.1-1')).advances();
    expect(one.state.status).toBe('held');
    expect(one.batch('eu.1').status).toBe('failed');
    expect(given(one).when(retry('eu.1-2'))).toEqual([RESUMED, retried('eu.1-2')]);
    const deployed = one.does(retry('eu.1-2')).begins('eu.1', 'eu.1-1', 'eu.1-2').finishes('eu.1', 'eu.1-1', 'eu.1-2');
    expect(deployed.advances().batch('eu.1')).toMatchObject({ status: 'observing', deployed: 3 });
  });

  it('while the others of its batch are still being deployed takes its place among them', () => {
    const open = running(TOLERANT).begins('eu.1', 'eu.1-1').fails('eu.1', 'eu.1-1');
    const again = open.does(retry('eu.1-1'));
    expect(again.state.status).toBe('running');
    expect(again.begins('eu.1', 'eu.1-1').unit('eu.1-1')).toMatchObject({ status: 'deploying', attempt: 2 });
  });

  it('leaves a release held that a person has paused', () => {
    const paused = endsWith(TOLERANT, 'eu.1-3').does({ type: 'pause' });
    expect(given(paused).when(retry('eu.1-3'))).toEqual([retried('eu.1-3')]);
    expect(paused.does(retry('eu.1-3')).advances().state).toMatchObject({ status: 'held', hold: { cause: 'paused' } });
  });
});

describe('INT-2, INT-3, INT-4: a retry shortens nothing', () => {
  const observed = endsWith(TOLERANT, 'eu.1-3').after('9m').judges('eu.1', 'passed');

  it('the batch is observed anew, from when the unit is deployed and for its whole interval', () => {
    const again = observed.does(retry('eu.1-3'));
    expect(again.batch('eu.1')).toMatchObject({ status: 'deploying', deployedAt: null, observedFrom: null });
    expect(again.batch('eu.1').verdicts.size).toBe(0);
    const deployed = again.begins('eu.1', 'eu.1-3').finishes('eu.1', 'eu.1-3').advances();
    const judged = deployed.after('9m').judges('eu.1', 'passed');
    expect(given(judged).when({ type: 'advance' })).toEqual([]);
    expect(judged.after('1m').advances().batches['eu.1']).toBe('passed');
  });

  it('a verdict on what was deployed before does not count', () => {
    const { deployedAt } = observed.batch('eu.1');
    const again = observed
      .does(retry('eu.1-3'))
      .after('1s')
      .begins('eu.1', 'eu.1-3')
      .finishes('eu.1', 'eu.1-3')
      .advances();
    const late = { type: 'record-verdict', batch: 'eu.1', validator: 'orders', deployedAt: deployedAt ?? '' } as const;
    expect(given(again).when({ ...late, verdict: 'passed', sentence: 'good', evidence: {} })).toBe('STALE');
  });

  it('confirmations have to be given again', () => {
    const look = { name: 'look', confirm: { role: 'operator', people: 2 } };
    const confirmed = endsWith({ ...TOLERANT, spec: { ...TOLERANT.spec, validate: [look] } }, 'eu.1-3').does({
      type: 'confirm',
      batch: 'eu.1',
      seen: 'orders come in',
    });
    expect(confirmed.batch('eu.1').confirmations).toHaveLength(1);
    expect(confirmed.does(retry('eu.1-3')).batch('eu.1').confirmations).toEqual([]);
  });
});

describe('retrying a unit that could not be put back', () => {
  const turned = running(THREE).deploys('eu.1').does({ type: 'roll-back' });
  const stuck = turned
    .failsToPutBack('eu.1', 'eu.1-3')
    .failsToPutBack('eu.1', 'eu.1-2')
    .putsBack('eu.1', 'eu.1-1')
    .advances();

  it('goes on with the rollback for that unit alone', () => {
    expect(stuck.state).toMatchObject({ status: 'held', hold: { cause: 'rollback-failed' } });
    const back = {
      scope: 'release',
      batch: null,
      because: 'olga: no reason given',
      evidence: {},
      only: 'eu.1-2',
    } as const;
    expect(given(stuck).when(retry('eu.1-2'))).toEqual([retried('eu.1-2'), happened('RollbackStarted.v1', back)]);
    const again = stuck.does(retry('eu.1-2')).putsBack('eu.1', 'eu.1-2').advances();
    expect(again.state).toMatchObject({
      status: 'held',
      hold: { sentence: expect.stringMatching(/^1 unit could not/) },
    });
    const whole = again.does(retry('eu.1-3')).putsBack('eu.1', 'eu.1-3').advances();
    expect(whole.state.status).toBe('rolled-back');
  });

  it('waits until the rollback has come to rest', () => {
    const going = turned.failsToPutBack('eu.1', 'eu.1-3');
    expect(given(going).when(retry('eu.1-3'))).toBe('WRONG_STATE');
    expect(given(going.does({ type: 'abort' })).when(retry('eu.1-3'))).toBe('WRONG_STATE');
  });
});

describe('a retry is refused', () => {
  it('for a unit that the plan does not have', () => {
    expect(given(endsWith(THREE, 'eu.1-2')).when(retry('eu.9-1'))).toBe('UNKNOWN_UNIT');
  });

  it('for a unit that has not failed, and says what it is', () => {
    const held = endsWith(THREE, 'eu.1-2');
    expect(given(held).when(retry('eu.1-1'))).toBe('NOT_DUE');
    expect(held.refusalOf(retry('eu.1-1'))).toBe(
      'unit eu.1-1 is deployed; only one that has failed for good is retried',
    );
    expect(given(held).when(retry('eu.2-1'))).toBe('NOT_DUE');
  });

  it('for a batch that a validator has found to be bad, as resuming is', () => {
    const bad = endsWith(TOLERANT, 'eu.1-3').judges('eu.1', 'failed').advances();
    expect(given(bad).when(retry('eu.1-3'))).toBe('BATCH_FAILED');
    expect(bad.refusalOf(retry('eu.1-3'))).toContain('sluice rollback checkout-2.0.0 --batch eu.1, or abort');
  });

  it('for a batch that has passed, or went back', () => {
    const passed = endsWith(TOLERANT, 'eu.1-3').after('10m').judges('eu.1', 'passed').advances();
    expect(given(passed).when(retry('eu.1-3'))).toBe('NOT_DUE');
    const back = endsWith(THREE, 'eu.1-2').does({ type: 'roll-back', batch: 'eu.1' });
    expect(given(back).when(retry('eu.1-2'))).toBe('WRONG_STATE');
  });
});

describe('retrying a unit of staging', () => {
  const sketch: Sketch = { ...THROUGH_STAGING, spec: { onFailure: 'hold', limits: { failedUnits: 1 } } };
  const deployed = storyAt('deploying', sketch)
    .begins('staging', 'staging-1', 'staging-2')
    .finishes('staging', 'staging-1')
    .fails('staging', 'staging-2')
    .advances();
  const observed = shifted(shifted(probed(deployed)));

  it('takes its traffic out first, and probes the environment again', () => {
    const again = observed.does(retry('staging-2')).advances();
    expect(since(observed, again)).toEqual(['UnitRetried staging-2', 'TrafficShiftStarted 0%/0% failed']);
    const begin = { type: 'begin-unit', batch: 'staging', unit: 'staging-2', before: OLD } as const;
    expect(given(again).when(begin)).toBe('NOT_DUE');
    const whole = shifted(again).begins('staging', 'staging-2').finishes('staging', 'staging-2').advances();
    expect(whole.batch('staging')).toMatchObject({ status: 'observing', deployed: 2, observedFrom: null });
    expect(whole.started.traffic).toMatchObject({ probe: null, shifting: false });
  });

  it('is refused once it has passed and its traffic leaves', () => {
    const leaving = judgedGood(observed.after('10m'));
    expect(given(leaving).when(retry('staging-2'))).toBe('NOT_DUE');
    expect(leaving.refusalOf(retry('staging-2'))).toContain('its traffic leaves');
  });
});
