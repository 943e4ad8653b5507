import { describe, expect, it } from '@jest/globals';
import { TWO_WAVES } from './sketch.spec-support.js';
import { RISKY, storyOf } from './statuses.spec-support.js';
import { EXECUTOR, given, happened, OPERATOR, running, Story, submitted } from './story.spec-support.js';

const RUNNING = running();
const held = (cause: 'paused' | 'failed', sentence: string, batch: string | null = null) =>
  happened('ReleaseHeld.v1', { cause, sentence, batch });

describe('starting', () => {
  it('is kept with who did it and when; the first wave opens by itself', () => {
    const started = submitted().does({ type: 'start' }, OPERATOR);
    expect(started.state).toMatchObject({ status: 'running', startedBy: 'olga', startedAt: started.at, openWave: 0 });
    expect(given(started).when({ type: 'advance' })).toEqual([
      happened('WaveOpened.v1', { wave: 1, batches: ['eu.1'] }),
    ]);
  });
});

describe('pausing', () => {
  it('holds the release and says who did it and why', () => {
    expect(given(RUNNING).when({ type: 'pause' }, OPERATOR, 'lunch')).toEqual([
      held('paused', 'paused by olga: lunch'),
    ]);
    expect(given(RUNNING).when({ type: 'pause' }, OPERATOR)).toEqual([held('paused', 'paused by olga')]);
  });

  it('takes reasons of any length', () => {
    const [event] = given(RUNNING).when({ type: 'pause' }, OPERATOR, 'r'.repeat(9_000));
    expect(event).toMatchObject({ data: { sentence: expect.stringMatching(/^paused by olga: r{3983}…$/) } });
  });

  it('begins nothing more, but what is under way comes to its end and is observed', () => {
    const paused = running({ waves: [{ 'eu.1': 2 }, { 'eu.2': 2 }] })
      .begins('eu.1', 'eu.1-1')
      .does({ type: 'pause' });
    const begin = {
      type: 'begin-unit',
      batch: 'eu.1',
      unit: 'eu.1-2',
      before: { version: '1', healthy: true },
    } as const;
    expect(given(paused).when(begin, EXECUTOR)).toBe('WRONG_STATE');
    const finished = RUNNING.begins('eu.1', 'eu.1-1').does({ type: 'pause' }).finishes('eu.1', 'eu.1-1').advances();
    expect(finished.batches['eu.1']).toBe('observing');
    const passed = finished.after('10m').judges('eu.1', 'passed').advances();
    expect(passed.batches['eu.1']).toBe('passed');
    expect(passed.state).toMatchObject({ status: 'held', openWave: 1 });
    expect(passed.does({ type: 'resume' }).advances().state).toMatchObject({ status: 'running', openWave: 2 });
  });

  it('takes the place of a hold that would be over by itself', () => {
    const waiting = storyOf('held');
    expect(waiting.state).toMatchObject({ hold: { cause: 'no-verdict' } });
    expect(given(waiting).when({ type: 'pause' })).toEqual([held('paused', 'paused by olga')]);
    const judged = (story: Story) => story.judges('eu.1', 'passed').advances();
    expect(judged(waiting).state.status).toBe('running');
    expect(judged(waiting.does({ type: 'pause' })).state.status).toBe('held');
  });

  it('is refused when a person has to act anyway', () => {
    const paused = RUNNING.does({ type: 'pause' }, OPERATOR, 'lunch');
    expect(given(paused).when({ type: 'pause' })).toBe('WRONG_STATE');
    expect(paused.refusalOf({ type: 'pause' })).toBe(
      'it is held already, and waits for a person: paused by olga: lunch',
    );
  });
});

describe('resuming', () => {
  const resume = { type: 'resume' } as const;
  const RESUMED = happened('ReleaseResumed.v1', {});

  it('goes on after a pause', () => {
    const resumed = RUNNING.does({ type: 'pause' }).does(resume);
    expect(resumed.last(1)).toEqual([RESUMED]);
    expect(resumed.state).not.toHaveProperty('hold');
    expect(resumed.begins('eu.1', 'eu.1-1').state.status).toBe('running');
  });

  it('observes a batch that lacks its verdict for a while longer', () => {
    const resumed = storyOf('held').after('1h').does(resume);
    expect(resumed.batches['eu.1']).toBe('observing');
    expect(given(resumed.after('4m')).when({ type: 'advance' })).toEqual([]);
    expect(resumed.after('5m').advances().state).toMatchObject({ status: 'held', hold: { cause: 'no-verdict' } });
  });

  it('deploys a batch again whose units could not be deployed', () => {
    const failed = running({ ...TWO_WAVES, spec: { onFailure: 'hold' } })
      .begins('eu.1', 'eu.1-1')
      .fails('eu.1', 'eu.1-1')
      .advances();
    expect(failed.state).toMatchObject({ status: 'held', hold: { cause: 'failed', batch: 'eu.1' } });
    expect(given(failed).when(resume)).toEqual([RESUMED, happened('BatchReopened.v1', { batch: 'eu.1' })]);
    expect(failed.does(resume).passes('eu.1').state).toMatchObject({ openWave: 2 });
  });

  it('leaves units alone that run the new version, when it deploys their batch again', () => {
    const open = running({ waves: [{ 'eu.1': 3 }, { 'eu.2': 3 }], spec: { onFailure: 'hold' } });
    const failed = open
      .begins('eu.1', 'eu.1-1', 'eu.1-2')
      .finishes('eu.1', 'eu.1-1')
      .fails('eu.1', 'eu.1-2')
      .advances();
    const resumed = failed.does(resume);
    expect(resumed.batch('eu.1')).toMatchObject({ status: 'deploying', deployed: 1, failed: 0 });
    expect(resumed.unit('eu.1-1').status).toBe('deployed');
    const rest = resumed.begins('eu.1', 'eu.1-2', 'eu.1-3').finishes('eu.1', 'eu.1-2', 'eu.1-3').advances();
    expect(rest.last(1)).toEqual([happened('BatchDeployed.v1', { batch: 'eu.1', deployed: 3, failed: 0 })]);
  });

  it('is no way past what a validator has found to be bad', () => {
    const failed = running({ ...TWO_WAVES, spec: { onFailure: 'hold' } })
      .deploys('eu.1')
      .judges('eu.1', 'failed')
      .advances();
    expect(given(failed).when(resume)).toBe('BATCH_FAILED');
    expect(failed.refusalOf(resume)).toBe(
      'batch eu.1 has failed: orders: orders is failed. Instead: sluice rollback checkout-2.0.0 --batch eu.1, or abort',
    );
  });

  it('tries again what could not be put back', () => {
    const turned = RUNNING.deploys('eu.1').does({ type: 'roll-back' }, OPERATOR, 'too slow');
    const stuck = turned.failsToPutBack('eu.1', 'eu.1-1').advances();
    expect(stuck.state).toMatchObject({ status: 'held', hold: { cause: 'rollback-failed' } });
    const because = 'olga: too slow';
    expect(given(stuck).when(resume)).toEqual([
      happened('RollbackStarted.v1', { scope: 'release', batch: null, because, evidence: {} }),
    ]);
    expect(stuck.does(resume).putsBack('eu.1', 'eu.1-1').advances().state.status).toBe('rolled-back');
  });
});

describe('aborting', () => {
  it.each([
    ['running', storyOf('running')],
    ['held', storyOf('held')],
    ['rolling-back', storyOf('rolling-back')],
  ])('ends a release that is %s, as it is', (_, story) => {
    expect(given(story).when({ type: 'abort' })).toEqual([happened('ReleaseAborted.v1', {})]);
    const aborted = story.does({ type: 'abort' });
    expect(aborted.state).toMatchObject({ status: 'aborted', endedAt: story.at });
    expect(aborted.state).not.toHaveProperty('hold');
  });

  it('still takes down how what was under way ended, and tries nothing again', () => {
    const aborted = storyOf('aborted');
    expect(aborted.finishes('eu.1', 'eu.1-1').unit('eu.1-1')).toMatchObject({ status: 'deployed', touched: true });
    expect(aborted.fails('eu.1', 'eu.1-1', { retryable: true }).unit('eu.1-1')).toMatchObject({
      status: 'failed',
      retryAt: null,
    });
    const turning = storyOf('rolling-back').does(
      { type: 'begin-unit-rollback', batch: 'eu.1', unit: 'eu.1-1', from: { version: '2.0.0', healthy: true } },
      EXECUTOR,
    );
    const error = { code: 'command-failed', message: 'exit code 1', retryable: true };
    const failed = turning
      .does({ type: 'abort' })
      .does({ type: 'record-unit-rollback-failed', batch: 'eu.1', unit: 'eu.1-1', attempt: 1, error }, EXECUTOR);
    expect(failed.unit('eu.1-1')).toMatchObject({ status: 'not-rolled-back', retryAt: null });
  });
});

describe('changing an interval', () => {
  const to = (batch: string, interval: string) => ({ type: 'change-interval', batch, to: interval }) as const;
  const changed = (batch: string, from: string, interval: string) =>
    happened('IntervalChanged.v1', { batch, from, to: interval });
  const OBSERVED = RUNNING.deploys('eu.1').judges('eu.1', 'passed');

  it('works up and down, before, while and after a batch is deployed', () => {
    expect(given(RUNNING).when(to('eu.2', '1h'))).toEqual([changed('eu.2', '10m', '1h')]);
    expect(given(RUNNING).when(to('eu.1', '1m'))).toEqual([changed('eu.1', '10m', '1m')]);
    expect(given(RUNNING.does(to('eu.1', '1m'))).when(to('eu.1', '2m'))).toEqual([changed('eu.1', '1m', '2m')]);
    expect(given(storyOf('held')).when(to('eu.1', '1h'))).toEqual([changed('eu.1', '10m', '1h')]);
  });

  it('opens the gate at once when the shorter interval is over already', () => {
    const observed = OBSERVED.after('4m');
    expect(given(observed).when({ type: 'advance' })).toEqual([]);
    expect(observed.does(to('eu.1', '4m')).advances().batches).toEqual({
      'eu.1': 'passed',
      'eu.2': 'deploying',
      'us.1': 'deploying',
    });
  });

  it('keeps the gate shut for longer when it grows', () => {
    const longer = OBSERVED.does(to('eu.1', '20m'));
    expect(given(longer.after('19m')).when({ type: 'advance' })).toEqual([]);
    expect(longer.after('20m').advances().batches['eu.1']).toBe('passed');
  });

  it('is refused for a batch that the plan does not have, or whose interval is over', () => {
    expect(given(RUNNING).when(to('eu.9', '1h'))).toBe('UNKNOWN_BATCH');
    expect(given(RUNNING.passes('eu.1')).when(to('eu.1', '1h'))).toBe('BATCH_DONE');
  });

  it('INT-1: never goes below what the policy asks', () => {
    const core = running({ ...TWO_WAVES, interval: '40m', spec: { risk: 'core' } });
    expect(given(core).when(to('eu.1', '20m'))).toEqual([changed('eu.1', '40m', '20m')]);
    expect(given(core).when(to('eu.1', '19m'))).toBe('POLICY');
    expect(core.refusalOf(to('eu.1', '19m'))).toMatch(
      /^19m is too short\. INT-4: eu\.1 goes first and is observed for 19m/,
    );
    expect(given(RUNNING).when(to('eu.1', '0s'))).toBe('POLICY');
  });

  it('INT-1: may go below it when just that was approved as an exception', () => {
    const excepted = running(RISKY);
    expect(given(excepted).when(to('eu.1', '1m'))).toEqual([changed('eu.1', '5m', '1m')]);
    expect(excepted.refusalOf(to('eu.1', '0s'))).toMatch(/INT-1/);
  });

  it('INT-1: holds to the rules of an organisation’s own too, unless just that was approved as an exception', () => {
    const rule = { id: 'ORG-1', severity: 'block', mode: 'enforce', message: 'ends too soon' };
    const own = (when: string, mode = 'enforce') => ({ ...TWO_WAVES, policy: { rules: [{ ...rule, when, mode }] } });
    const kept = running(own('plan.duration < duration("15m")'));
    expect(given(kept).when(to('eu.1', '5m'))).toEqual([changed('eu.1', '10m', '5m')]);
    expect(kept.refusalOf(to('eu.1', '4m'))).toBe('4m does not go with the policy. ORG-1: the release ends too soon');
    const excepted = running(own('plan.duration < duration("1h")'));
    expect(excepted.started.plan.header.approval?.because).toEqual(['ORG-1']);
    expect(given(excepted).when(to('eu.1', '4m'))).toEqual([changed('eu.1', '10m', '4m')]);
  });

  it('INT-1: is not kept from it by rules in shadow', () => {
    const shadow = running({ ...TWO_WAVES, policy: { modes: { 'INT-1': 'shadow' } } });
    expect(given(shadow).when(to('eu.1', '0s'))).toEqual([changed('eu.1', '10m', '0s')]);
  });

  it('INT-1: is not kept from it by what is only a warning', () => {
    const warned = running({ waves: [{ 'eu.1': 2 }, { 'eu.2': 2 }] });
    expect(warned.started.plan.header.findings).toMatchObject([{ rule: 'BAT-3', severity: 'warn' }]);
    expect(given(warned).when(to('eu.1', '1m'))).toEqual([changed('eu.1', '10m', '1m')]);
  });

  it('INT-1: takes nothing for an exception that nobody has approved', () => {
    const { log } = running(RISKY);
    const unapproved = Story.NOTHING.with(log.filter(({ type }) => type !== 'ApprovalGiven.v1'));
    expect(given(unapproved).when(to('eu.1', '1m'))).toBe('POLICY');
  });

  it('INT-1: looks at the whole release: of batches side by side the longest interval counts', () => {
    const core = running({ ...TWO_WAVES, interval: '20m', spec: { risk: 'core' } });
    const shorter = core.does(to('eu.2', '10m'));
    expect(given(shorter).when(to('us.1', '10m'))).toEqual([changed('us.1', '20m', '10m')]);
    expect(given(shorter).when(to('us.1', '9m'))).toEqual([changed('us.1', '20m', '9m')]);
    expect(shorter.does(to('us.1', '9m')).refusalOf(to('eu.2', '9m'))).toMatch(/INT-3/);
  });
});
