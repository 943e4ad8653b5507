import { describe, expect, it } from '@jest/globals';
import type { Sketch } from './sketch.spec-support.js';
import {
  judgedGood,
  shifted,
  since,
  storyAt,
  THROUGH_STAGING,
  trafficOf,
  WHOLE,
} from './staging-story.spec-support.js';
import { AUTHOR, COLLEAGUE, given, happened, OBSERVER, OPERATOR, type Story } from './story.spec-support.js';

const observed = storyAt('observed');
const reacting = (onFailure: string): Sketch => ({ ...THROUGH_STAGING, spec: { onFailure } });

describe('what judges staging', () => {
  it('is every validator of the release, that its calls stay inside, and that its share of the traffic is right', () => {
    const missing = (story: Story) => given(story.after('10m')).when({ type: 'advance' });
    expect(missing(judgedGood(observed, 'orders', 'closed-loop'))).toEqual([]);
    expect(missing(judgedGood(observed, 'orders', 'traffic-share'))).toEqual([]);
    expect(missing(judgedGood(observed, 'closed-loop', 'traffic-share'))).toEqual([]);
    expect(missing(judgedGood(observed))).toMatchObject([
      { type: 'TrafficShiftStarted.v1', data: { cause: 'passed' } },
    ]);
  });

  it('judges staging only', () => {
    const production = storyAt('passed').deploys('eu.1');
    const { deployedAt } = production.batch('eu.1');
    const judgement = { verdict: 'passed', sentence: 'well', evidence: {} } as const;
    const verdict = { type: 'record-verdict', batch: 'eu.1', deployedAt: deployedAt ?? '', ...judgement } as const;
    expect(given(production).when({ ...verdict, validator: 'closed-loop' }, OBSERVER)).toBe('UNKNOWN_VALIDATOR');
    expect(given(production).when({ ...verdict, validator: 'traffic-share' }, OBSERVER)).toBe('UNKNOWN_VALIDATOR');
    expect(production.after('10m').judges('eu.1', 'passed').advances().batches).toMatchObject({ 'eu.1': 'passed' });
  });

  it('says nothing before the interval is over', () => {
    expect(given(judgedGood(observed).after('9m')).when({ type: 'advance' })).toEqual([]);
  });

  it('may be a person too', () => {
    const look = { name: 'second-look', confirm: { role: 'operator', people: 1 } };
    const asked = storyAt('observed', { ...THROUGH_STAGING, spec: { validate: [look] } }).after('10m');
    const good = judgedGood(asked, 'closed-loop', 'traffic-share');
    const confirm = { type: 'confirm', batch: 'staging', seen: 'orders come in' } as const;
    expect(given(good).when(confirm, AUTHOR)).toBe('SELF_CONFIRMATION');
    const confirmed = good.does(confirm, COLLEAGUE).advances();
    expect(since(good, confirmed)).toEqual(['ConfirmationGiven', 'VerdictReached', 'TrafficShiftStarted 0%/0% passed']);
    expect(given(storyAt('passed')).when(confirm, COLLEAGUE)).toBe('NOT_OBSERVED');
  });
});

describe('staging that is found to be bad', () => {
  const bad = (onFailure: string) =>
    storyAt('observed', reacting(onFailure)).judges('staging', 'failed', 'closed-loop');

  it.each(['rollback-release', 'rollback-batch'])(
    'loses its traffic, and only then are its units put back: %s',
    (onFailure) => {
      const failed = bad(onFailure);
      const turned = failed.advances();
      expect(since(failed, turned)).toEqual(['BatchFailed', 'TrafficShiftStarted 0%/0% failed', 'RollbackStarted']);
      const back = {
        type: 'begin-unit-rollback',
        batch: 'staging',
        unit: 'staging-2',
        from: { version: '2.0.0', healthy: true },
      } as const;
      expect(given(turned).when(back)).toBe('NOT_DUE');
      const shut = shifted(turned);
      expect(since(turned, shut)).toEqual(['TrafficShifted 0%/0%']);
      const done = shut.putsBack('staging', 'staging-2', 'staging-1').advances();
      expect(done.batches).toMatchObject({ staging: 'rolled-back', 'eu.1': 'pending' });
      expect(done.state.status).toBe(onFailure === 'rollback-release' ? 'rolled-back' : 'held');
    },
  );

  it('loses its traffic also when a person is to say what becomes of it', () => {
    const failed = bad('hold');
    const held = failed.advances();
    expect(since(failed, held)).toEqual(['BatchFailed', 'TrafficShiftStarted 0%/0% failed', 'ReleaseHeld failed']);
    const shut = shifted(held);
    expect(since(held, shut)).toEqual(['TrafficShifted 0%/0%']);
    expect(given(shut).when({ type: 'resume' })).toBe('BATCH_FAILED');
  });

  it('loses its traffic before all of it was there', () => {
    for (const phase of ['opening', 'half-open'] as const) {
      const failed = storyAt(phase).judges('staging', 'failed', 'orders');
      expect(since(failed, failed.advances())).toEqual([
        'BatchFailed',
        'TrafficShiftStarted 0%/0% failed',
        'RollbackStarted',
      ]);
    }
  });

  it('never had traffic when its units could not be deployed', () => {
    const begun = storyAt('deploying', reacting('hold')).begins('staging', 'staging-1');
    const failed = begun.fails('staging', 'staging-1');
    const held = failed.advances();
    expect(since(failed, held)).toEqual(['BatchFailed', 'ReleaseHeld failed']);
    const resumed = held.does({ type: 'resume' });
    expect(since(resumed, resumed.deploys('staging')).at(-1)).toBe('BatchDeployed');
  });
});

describe('staging without all its verdicts', () => {
  const late = judgedGood(observed, 'orders', 'closed-loop').after('15m');
  const held = late.advances();

  it('holds the release after its deadline and keeps its traffic, so that it can still be judged', () => {
    const sentence = 'staging is not confirmed stable: traffic-share is not judged yet';
    expect(since(late, held)).toEqual(['BatchHeld', 'ReleaseHeld no-verdict']);
    expect(held.state).toMatchObject({ hold: { sentence, batch: 'staging' } });
    expect(trafficOf(held)).toMatchObject({ split: WHOLE, target: WHOLE, shifting: false });
  });

  it('is not held before its traffic has been there for the interval', () => {
    expect(given(storyAt('half-open').after('73h')).when({ type: 'advance' })).toEqual([]);
  });

  it('loses its traffic as soon as they are there, and the release goes on when it has passed', () => {
    const good = judgedGood(held, 'traffic-share');
    expect(since(held, good)).toEqual(['VerdictReached', 'TrafficShiftStarted 0%/0% passed']);
    expect(since(good, shifted(good))).toEqual([
      'TrafficShifted 0%/0%',
      'BatchPassed',
      'ReleaseResumed',
      'WaveOpened 1',
    ]);
  });

  it('has as long again after a person went on', () => {
    const resumed = held.does({ type: 'resume' });
    expect(given(resumed.after('4m')).when({ type: 'advance' })).toEqual([]);
    expect(since(resumed, resumed.after('5m').advances())).toEqual(['BatchHeld', 'ReleaseHeld no-verdict']);
  });

  it('is not held for want of them while it is emptied', () => {
    const leaving = storyAt('leaving').judges('staging', 'undecided', 'closed-loop');
    expect(given(leaving.after('73h')).when({ type: 'advance' })).toEqual([]);
  });
});

describe('INT-1: the interval of staging', () => {
  const change = (to: string) => ({ type: 'change-interval', batch: 'staging', to }) as const;

  it('can be changed in both directions', () => {
    const good = judgedGood(observed);
    expect(given(good).when(change('5m'), OPERATOR)).toEqual([
      happened('IntervalChanged.v1', { batch: 'staging', from: '10m', to: '5m' }),
    ]);
    expect(since(good, good.does(change('5m')).after('5m').advances())).toHaveLength(2);
    expect(given(good.does(change('20m')).after('10m')).when({ type: 'advance' })).toEqual([]);
  });

  it('cannot be nothing', () => {
    expect(given(observed).when(change('0s'), OPERATOR)).toBe('POLICY');
    expect(observed.refusalOf(change('0s'))).toBe(
      '0s is too short. INT-1: staging is not observed at all before production',
    );
  });

  it('is over once it has been found good', () => {
    expect(given(storyAt('leaving')).when(change('1h'), OPERATOR)).toBe('BATCH_DONE');
    expect(given(storyAt('passed')).when(change('1h'), OPERATOR)).toBe('BATCH_DONE');
  });

  it('and those of production can be changed where the policy asks for staging', () => {
    const story = storyAt('observed', { ...THROUGH_STAGING, policy: { staging: { required: ['standard'] } } });
    expect(given(story).when({ type: 'change-interval', batch: 'eu.1', to: '20m' }, OPERATOR)).toHaveLength(1);
    expect(given(story).when(change('20m'), OPERATOR)).toHaveLength(1);
  });
});
