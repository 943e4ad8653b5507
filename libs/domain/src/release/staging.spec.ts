import { describe, expect, it } from '@jest/globals';
import { fold } from './evolve.js';
import { TWO_WAVES } from './sketch.spec-support.js';
import { CLOSED, INNER, since, storyAt, THROUGH_STAGING, trafficOf, WHOLE } from './staging-story.spec-support.js';
import { EXECUTOR, given, happened, OLD, running, submitted } from './story.spec-support.js';

describe('a release that begins in staging', () => {
  const ready = submitted(THROUGH_STAGING);
  const passed = storyAt('passed');

  it('opens the environment before production', () => {
    const opened = storyAt('deploying');
    expect(opened.last(1)).toEqual([happened('WaveOpened.v1', { wave: 0, batches: ['staging'] })]);
    expect(opened.batches).toEqual({ staging: 'deploying', 'eu.1': 'pending', 'eu.2': 'pending', 'us.1': 'pending' });
    expect(given(opened).when({ type: 'begin-unit', batch: 'eu.1', unit: 'eu.1-1', before: OLD }, EXECUTOR)).toBe(
      'NOT_DUE',
    );
  });

  it('is deployed, probed, given its traffic bit by bit, observed, emptied, and only then opens production', () => {
    expect(since(ready, passed)).toEqual([
      'ReleaseStarted',
      'WaveOpened 0',
      'UnitDeployStarted staging-1',
      'UnitDeployed staging-1',
      'UnitDeployStarted staging-2',
      'UnitDeployed staging-2',
      'BatchDeployed',
      'StagingProbed',
      'TrafficShiftStarted 100%/0% opening',
      'TrafficShifted 100%/0%',
      'TrafficShiftStarted 100%/1% opening',
      'TrafficShifted 100%/1%',
      'VerdictReached',
      'VerdictReached',
      'VerdictReached',
      'TrafficShiftStarted 0%/0% passed',
      'TrafficShifted 0%/0%',
      'BatchPassed',
      'WaveOpened 1',
    ]);
  });

  it('says by which rule each step was taken, and why', () => {
    const automatic = passed.log.slice(ready.log.length).filter(({ meta }) => meta.actor.kind === 'rule');
    expect(automatic.map(({ meta }) => `${meta.actor.id} ${meta.reason}`)).toEqual([
      'OBS-3 the release has started',
      'OBS-2 2 units of staging run 2.0.0, read back from each',
      'STG-1 staging is deployed and its calls stay inside',
      'STG-1 staging is deployed and its calls stay inside',
      'STG-1 staging has passed; its traffic leaves before production opens',
      'STG-3 every validator passed, staging was observed for 10m, and its traffic has left',
      'STG-3 staging has passed',
    ]);
  });

  it('numbers the changes of its traffic and gives each a key of its own', () => {
    const changes = passed.log.filter(({ type }) => type === 'TrafficShiftStarted.v1').map(({ data }) => data);
    const change = { batch: 'staging', cause: 'opening' };
    expect(changes).toEqual([
      { ...change, shift: 1, key: 'checkout-2.0.0/staging/shift-1', from: CLOSED, to: INNER },
      { ...change, shift: 2, key: 'checkout-2.0.0/staging/shift-2', from: INNER, to: WHOLE },
      { ...change, shift: 3, key: 'checkout-2.0.0/staging/shift-3', from: WHOLE, to: CLOSED, cause: 'passed' },
    ]);
  });

  it('goes on like any other release, and is completed', () => {
    const completed = passed.passes('eu.1').deploys('eu.2').passes('us.1').judges('eu.2', 'passed').advances();
    expect(completed.state.status).toBe('completed');
    expect(fold(completed.log)).toEqual(completed.state);
  });

  it('takes both shares from the release', () => {
    const traffic = { internal: '50%', production: '2.5%', mode: 'split' };
    const spec = { staging: { environment: 'checkout-staging', observe: '10m', traffic } };
    const observed = storyAt('observed', { ...THROUGH_STAGING, spec });
    expect(trafficOf(observed).split).toEqual({ internal: '50%', production: '2.5%' });
    expect(since(ready, observed).filter((event) => event.startsWith('TrafficShiftStarted'))).toEqual([
      'TrafficShiftStarted 50%/0% opening',
      'TrafficShiftStarted 50%/2.5% opening',
    ]);
  });
});

describe('the interval of staging', () => {
  it('is counted from the moment at which all of its traffic is there', () => {
    const slow = storyAt('half-open').after('20m');
    expect(slow.batch('staging').observedFrom).toBeNull();
    const whole = slow.does({ type: 'record-traffic-shifted', shift: 2 }, EXECUTOR);
    expect(whole.batch('staging').observedFrom).toBe(whole.at);
    expect(given(whole.after('9m')).when({ type: 'advance' })).toEqual([]);
  });

  it('begins also when its traffic comes while the release is paused', () => {
    const paused = storyAt('half-open').does({ type: 'pause' });
    const whole = paused.does({ type: 'record-traffic-shifted', shift: 2 }, EXECUTOR);
    expect(whole.batch('staging').observedFrom).toBe(whole.at);
  });
});

describe('a release without staging', () => {
  it('has no traffic to speak of, and opens its first wave at once', () => {
    const straight = running(TWO_WAVES);
    expect(straight.started).toMatchObject({ traffic: null, plan: { staging: null }, openWave: 1 });
  });

  it('awaits neither probes nor changes of the traffic', () => {
    const straight = running(TWO_WAVES).deploys('eu.1');
    const deployedAt = straight.batch('eu.1').deployedAt ?? '';
    const probe = { type: 'record-probe', deployedAt, verdict: 'passed', sentence: 'well', evidence: {} } as const;
    const error = { code: 'unreachable', message: 'no answer', retryable: true };
    expect(given(straight).when(probe)).toBe('STALE');
    expect(given(straight).when({ type: 'record-traffic-shifted', shift: 0 })).toBe('STALE');
    expect(given(straight).when({ type: 'record-traffic-shift-failed', shift: 0, error })).toBe('STALE');
  });
});
