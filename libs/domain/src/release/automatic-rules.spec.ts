import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import type { ReleaseEvent } from './events.js';
import { type Sketch, TWO_WAVES } from './sketch.spec-support.js';
import { storyOf } from './statuses.spec-support.js';
import { given, happened, running, type Story, submitted } from './story.spec-support.js';

const ADVANCE = { type: 'advance' } as const;
const SIDE_BY_SIDE: Sketch = { waves: [{ 'eu.1': 2, 'us.1': 2 }, { 'eu.2': 2 }] };
const reacting = (onFailure: string, sketch: Sketch = TWO_WAVES) => running({ ...sketch, spec: { onFailure } });
const due = (story: Story) => given(story).when(ADVANCE);

/** The rules that act, in order. */
function rulesOf(story: Story): readonly (string | undefined)[] {
  const command = { ...ADVANCE, commandId: 'c', at: story.at, actor: { kind: 'service', id: 'executor' } } as const;
  const decision = decide(command, story.state);
  return decision.ok ? decision.events.map(({ rule }) => rule) : [];
}

describe('a wave', () => {
  it('opens by itself when the release has started', () => {
    expect(due(submitted().does({ type: 'start' }))).toEqual([
      happened('WaveOpened.v1', { wave: 1, batches: ['eu.1'] }),
    ]);
  });

  it('OBS-3: opens when every batch of the one before has passed', () => {
    const first = running(SIDE_BY_SIDE).deploys('eu.1').deploys('us.1').after('10m').judges('eu.1', 'passed');
    expect(due(first)).toEqual([happened('BatchPassed.v1', { batch: 'eu.1' })]);
    expect(due(first.advances().judges('us.1', 'passed'))).toEqual([
      happened('BatchPassed.v1', { batch: 'us.1' }),
      happened('WaveOpened.v1', { wave: 2, batches: ['eu.2'] }),
    ]);
  });

  it('is the last when there is none after it: then the release is complete', () => {
    const last = running()
      .passes('eu.1')
      .deploys('eu.2')
      .deploys('us.1')
      .after('10m')
      .judges('eu.2', 'passed')
      .judges('us.1', 'passed');
    expect(due(last).at(-1)).toEqual(happened('ReleaseCompleted.v1', {}));
    expect(last.advances().state).toMatchObject({ status: 'completed', endedAt: last.at });
  });

  it('does not open while the release is held', () => {
    const paused = running().deploys('eu.1').does({ type: 'pause' }).after('10m').judges('eu.1', 'passed');
    expect(due(paused)).toEqual([happened('BatchPassed.v1', { batch: 'eu.1' })]);
  });
});

describe('the deployment of a batch', () => {
  const THREE: Sketch = { waves: [{ 'eu.1': 3 }, { 'eu.2': 3 }], spec: { limits: { failedUnits: 1 } } };

  it('is over when the last unit is done', () => {
    const two = running(THREE).begins('eu.1', 'eu.1-1', 'eu.1-2', 'eu.1-3').finishes('eu.1', 'eu.1-1', 'eu.1-2');
    expect(due(two)).toEqual([]);
    expect(due(two.finishes('eu.1', 'eu.1-3'))).toEqual([
      happened('BatchDeployed.v1', { batch: 'eu.1', deployed: 3, failed: 0 }),
    ]);
  });

  it('may have lost as many units as are allowed to fail', () => {
    const one = running(THREE)
      .begins('eu.1', 'eu.1-1', 'eu.1-2', 'eu.1-3')
      .fails('eu.1', 'eu.1-1')
      .finishes('eu.1', 'eu.1-2', 'eu.1-3');
    expect(due(one)).toEqual([happened('BatchDeployed.v1', { batch: 'eu.1', deployed: 2, failed: 1 })]);
  });

  it('has failed with one more, but not before what is in flight has come to its end', () => {
    const two = running(THREE)
      .begins('eu.1', 'eu.1-1', 'eu.1-2', 'eu.1-3')
      .fails('eu.1', 'eu.1-1')
      .fails('eu.1', 'eu.1-2');
    expect(due(two)).toEqual([]);
    const sentence = '2 of 3 units of eu.1 could not be deployed, at most 1 may fail';
    expect(due(two.finishes('eu.1', 'eu.1-3'))).toMatchObject([
      happened('BatchFailed.v1', { batch: 'eu.1', cause: 'units', sentence }),
      { type: 'RollbackStarted.v1', data: { because: sentence } },
    ]);
  });

  it('has failed with one more, whatever waits to be tried again', () => {
    const three = running(THREE)
      .begins('eu.1', 'eu.1-1', 'eu.1-2', 'eu.1-3')
      .fails('eu.1', 'eu.1-3', { retryable: true });
    expect(due(three.fails('eu.1', 'eu.1-1').fails('eu.1', 'eu.1-2'))[0]).toMatchObject({ type: 'BatchFailed.v1' });
  });

  it('is not over while a unit waits to be tried again', () => {
    const waiting = running(THREE).begins('eu.1', 'eu.1-1', 'eu.1-2', 'eu.1-3').finishes('eu.1', 'eu.1-1', 'eu.1-2');
    expect(due(waiting.fails('eu.1', 'eu.1-3', { retryable: true }))).toEqual([]);
  });

  it('has failed when not a single unit was deployed, however many may fail', () => {
    const none = running({ ...TWO_WAVES, spec: { limits: { failedUnits: 5 } } })
      .begins('eu.1', 'eu.1-1')
      .fails('eu.1', 'eu.1-1');
    expect(due(none)[0]).toMatchObject({ type: 'BatchFailed.v1', data: { cause: 'units' } });
  });
});

describe('a gate', () => {
  const OBSERVED = running().deploys('eu.1');

  it('opens at the end of the interval, not before, and only with every verdict', () => {
    const judged = OBSERVED.judges('eu.1', 'passed');
    expect(due(judged.after('9m59s'))).toEqual([]);
    expect(due(judged.after('10m'))[0]).toEqual(happened('BatchPassed.v1', { batch: 'eu.1' }));
    expect(due(OBSERVED.after('10m'))).toEqual([]);
  });

  it.each(['undecided', 'unavailable', 'cancelled'] as const)('stays shut on a verdict of %s', (verdict) => {
    expect(due(OBSERVED.after('10m').judges('eu.1', verdict))).toEqual([]);
  });

  it('shuts again when a verdict is withdrawn in time', () => {
    expect(due(OBSERVED.judges('eu.1', 'passed').judges('eu.1', 'unavailable').after('10m'))).toEqual([]);
  });

  it('needs all the validators that there are', () => {
    const validate = ['a', 'b'].map((name) => ({ name, log: { source: 'x.log', pattern: 'x', min: 1 } }));
    const one = running({ ...TWO_WAVES, spec: { validate } })
      .deploys('eu.1')
      .after('10m')
      .judges('eu.1', 'passed', 'a');
    expect(due(one)).toEqual([]);
    expect(due(one.judges('eu.1', 'passed', 'b'))).toHaveLength(2);
  });

  it('is open after the interval when an exception lets a release go without validators', () => {
    const blind = running({ ...TWO_WAVES, spec: { validate: [] } }).deploys('eu.1');
    expect(due(blind.after('9m'))).toEqual([]);
    expect(due(blind.after('10m'))).toHaveLength(2);
  });
});

describe('a verdict that does not come', () => {
  const LATE = running().deploys('eu.1').after('15m');
  const sentence = 'eu.1 is not confirmed stable: orders is not judged yet';

  it('holds the release five minutes after the interval, and says what is missing', () => {
    expect(due(running().deploys('eu.1').after('14m59s'))).toEqual([]);
    expect(due(LATE)).toEqual([
      happened('BatchHeld.v1', { batch: 'eu.1' }),
      happened('ReleaseHeld.v1', { cause: 'no-verdict', sentence, batch: 'eu.1' }),
    ]);
  });

  it('holds it after the time that the release sets', () => {
    const patient = running({ ...TWO_WAVES, spec: { limits: { verdictWithin: '1h' } } }).deploys('eu.1');
    expect(due(patient.after('69m'))).toEqual([]);
    expect(due(patient.after('70m'))).toHaveLength(2);
  });

  it('names the verdict when there is one that opens no gate', () => {
    const unavailable = running().deploys('eu.1').judges('eu.1', 'unavailable').after('15m').advances();
    expect(unavailable.state).toMatchObject({
      hold: { sentence: 'eu.1 is not confirmed stable: orders is unavailable' },
    });
  });

  it('and comes late ends the hold by itself', () => {
    expect(due(LATE.advances().judges('eu.1', 'passed'))).toEqual([
      happened('BatchPassed.v1', { batch: 'eu.1' }),
      happened('ReleaseResumed.v1', {}),
      happened('WaveOpened.v1', { wave: 2, batches: ['eu.2', 'us.1'] }),
    ]);
  });

  it('of two batches ends the hold only with the second', () => {
    const both = running(SIDE_BY_SIDE).deploys('eu.1').deploys('us.1').after('15m').advances();
    expect(both.batches).toMatchObject({ 'eu.1': 'held', 'us.1': 'held' });
    const one = both.judges('eu.1', 'passed').advances();
    expect(one.state.status).toBe('held');
    expect(one.judges('us.1', 'passed').advances().state.status).toBe('running');
  });

  it('and is bad when it comes is acted on at once', () => {
    expect(LATE.advances().judges('eu.1', 'failed').advances().state.status).toBe('rolling-back');
  });

  it('is waited for until the gate when the interval has grown since', () => {
    const longer = LATE.advances().does({ type: 'change-interval', batch: 'eu.1', to: '30m' }).judges('eu.1', 'passed');
    expect(due(longer)).toEqual([]);
    expect(longer.after('15m').advances().state).toMatchObject({ status: 'running', openWave: 2 });
  });

  it('holds the release even if a crash came between the two events', () => {
    const cut = LATE.with([{ type: 'BatchHeld.v1', data: { batch: 'eu.1' } }]);
    expect(due(cut)).toEqual([happened('ReleaseHeld.v1', { cause: 'no-verdict', sentence, batch: 'eu.1' })]);
  });

  it('during a pause holds the batch, and leaves the pause to the person', () => {
    const paused = running().deploys('eu.1').does({ type: 'pause' }).after('15m');
    expect(due(paused)).toEqual([happened('BatchHeld.v1', { batch: 'eu.1' })]);
    expect(paused.advances().state).toMatchObject({ hold: { cause: 'paused' } });
  });
});

describe('a batch that fails', () => {
  const sentence = 'orders: too few';
  const bad = (story: Story, batch = 'eu.1') => story.judges(batch, 'failed', 'orders', 'too few');
  const turned = (scope: 'batch' | 'release', batch = 'eu.1') =>
    happened('RollbackStarted.v1', { scope, batch, because: sentence, evidence: { lines: 3 } });
  const failed = happened('BatchFailed.v1', { batch: 'eu.1', cause: 'verdict', sentence });

  it.each([
    ['rollback-batch', turned('batch')],
    ['rollback-release', turned('release')],
    ['hold', happened('ReleaseHeld.v1', { cause: 'failed', sentence, batch: 'eu.1' })],
  ])('leads to %s, with what it was judged by', (onFailure, reaction) => {
    expect(due(bad(reacting(onFailure).deploys('eu.1')))).toEqual([failed, reaction]);
  });

  it('does so during a pause too: who stopped the way forward did not stop the way back', () => {
    expect(due(bad(reacting('rollback-release').deploys('eu.1').does({ type: 'pause' })))).toEqual([
      failed,
      turned('release'),
    ]);
    const hold = bad(reacting('hold').deploys('eu.1').does({ type: 'pause' })).advances();
    expect(hold.state).toMatchObject({ hold: { cause: 'failed' } });
  });

  it('does so before the interval is over, and before any gate opens', () => {
    const both = running(SIDE_BY_SIDE).deploys('eu.1').deploys('us.1').after('10m').judges('eu.1', 'passed');
    expect(due(bad(both, 'us.1'))).toMatchObject([{ type: 'BatchFailed.v1' }, { type: 'RollbackStarted.v1' }]);
  });

  it('is held once, and waits for a person', () => {
    const held = bad(reacting('hold').deploys('eu.1')).advances();
    expect(due(held.after('24h'))).toEqual([]);
  });

  it('takes the other batches that fail with it, one rollback after another', () => {
    const both = bad(bad(reacting('rollback-batch', SIDE_BY_SIDE).deploys('eu.1').deploys('us.1')), 'us.1').advances();
    expect(both.batches).toEqual({ 'eu.1': 'rolling-back', 'us.1': 'failed', 'eu.2': 'pending' });
    const next = both.putsBack('eu.1', 'eu.1-2', 'eu.1-1').advances();
    expect(next.batches).toEqual({ 'eu.1': 'rolled-back', 'us.1': 'rolling-back', 'eu.2': 'pending' });
    const back = next.putsBack('us.1', 'us.1-2', 'us.1-1').advances();
    expect(back.state).toMatchObject({ status: 'held', hold: { cause: 'batch-rolled-back', batch: 'us.1' } });
  });

  it('while the release waits for another one that is back is rolled back all the same', () => {
    const one = bad(reacting('rollback-batch', SIDE_BY_SIDE).deploys('eu.1').deploys('us.1')).advances();
    const held = one.putsBack('eu.1', 'eu.1-2', 'eu.1-1').advances();
    expect(held.state.status).toBe('held');
    expect(bad(held, 'us.1').advances().batches['us.1']).toBe('rolling-back');
  });

  it('while another one could not be put back is rolled back, and the other tried again', () => {
    const one = bad(reacting('rollback-batch', SIDE_BY_SIDE).deploys('eu.1').deploys('us.1')).advances();
    const stuck = one.putsBack('eu.1', 'eu.1-2').failsToPutBack('eu.1', 'eu.1-1').advances();
    expect(stuck.state).toMatchObject({ hold: { cause: 'rollback-failed' } });
    const both = bad(stuck, 'us.1')
      .advances()
      .putsBack('us.1', 'us.1-2', 'us.1-1')
      .putsBack('eu.1', 'eu.1-1')
      .advances();
    expect(both.batches).toMatchObject({ 'eu.1': 'rolled-back', 'us.1': 'rolled-back' });
  });

  it('does not hide that another one could not be put back', () => {
    const one = reacting('hold', SIDE_BY_SIDE)
      .deploys('eu.1')
      .deploys('us.1')
      .does({ type: 'roll-back', batch: 'eu.1' });
    const stuck = one.putsBack('eu.1', 'eu.1-2').failsToPutBack('eu.1', 'eu.1-1').advances();
    expect(bad(stuck, 'us.1').advances().state).toMatchObject({ hold: { cause: 'rollback-failed' } });
  });

  it('without having changed anything counts as rolled back, and can be deployed again', () => {
    const nothing = reacting('rollback-batch')
      .begins('eu.1', 'eu.1-1')
      .fails('eu.1', 'eu.1-1', { unchanged: true })
      .advances();
    expect(nothing.batches['eu.1']).toBe('rolled-back');
    expect(nothing.state).toMatchObject({ status: 'held', hold: { cause: 'batch-rolled-back' } });
    expect(nothing.does({ type: 'resume' }).passes('eu.1').state.status).toBe('running');
  });
});

describe('what happens by itself', () => {
  it('names the rule that acts', () => {
    expect(rulesOf(submitted().does({ type: 'start' }))).toEqual(['OBS-3']);
    expect(rulesOf(running().begins('eu.1', 'eu.1-1').finishes('eu.1', 'eu.1-1'))).toEqual(['OBS-2']);
    expect(rulesOf(running().deploys('eu.1').after('15m'))).toEqual(['OBS-3', 'OBS-3']);
    expect(rulesOf(running().deploys('eu.1').judges('eu.1', 'failed'))).toEqual(['OBS-1', 'RBK-2']);
    expect(rulesOf(storyOf('rolling-back').putsBack('eu.1', 'eu.1-1'))).toEqual(['RBK-2', 'RBK-1']);
  });

  it('is nothing when the release has ended', () => {
    for (const status of ['completed', 'rolled-back', 'aborted'] as const) {
      expect(given(storyOf(status).after('24h')).when(ADVANCE)).toBe('WRONG_STATE');
    }
  });

  it('comes to rest also when hundreds of batches fail at once and go back one after another', () => {
    const wave = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`c${i}.1`, 1]));
    const open = running({ waves: [wave], spec: { onFailure: 'rollback-batch' } });
    const error = { code: 'command-failed', message: 'exit code 1', retryable: false };
    const failures = Object.keys(wave).map((batch): ReleaseEvent => {
      const data = { batch, unit: `${batch}-1`, attempt: 1, error, unchanged: true, retryAt: null };
      return { type: 'UnitDeployFailed.v1', data };
    });
    const rest = open.with(failures).advances();
    expect(rest.state.status).toBe('held');
    expect(new Set(Object.values(rest.batches))).toEqual(new Set(['rolled-back']));
  });
});
