import { describe, expect, it } from '@jest/globals';
import {
  CLOSED,
  INNER,
  shifted,
  shiftFailed,
  since,
  storyAt,
  THROUGH_STAGING,
  trafficOf,
  WHOLE,
} from './staging-story.spec-support.js';
import { EXECUTOR, given, happened, type Story } from './story.spec-support.js';

const ERROR = { code: 'unreachable', message: 'the router does not answer', retryable: true };
const works = (shift: number) => ({ type: 'record-traffic-shifted', shift }) as const;
const fails = (shift: number, retryable = true) =>
  ({ type: 'record-traffic-shift-failed', shift, error: { ...ERROR, retryable } }) as const;

describe('STG-1: traffic that is let in', () => {
  const opening = storyAt('opening');

  it('is there when the router has confirmed it, and not before', () => {
    expect(trafficOf(opening)).toMatchObject({ split: CLOSED, target: INNER, shift: 1, shifting: true });
    expect(given(opening).when(works(1), EXECUTOR)).toEqual([
      happened('TrafficShifted.v1', { batch: 'staging', shift: 1, to: INNER }),
    ]);
    expect(trafficOf(shifted(opening))).toMatchObject({ split: INNER, target: WHOLE, shift: 2, shifting: true });
  });

  it('is tried again after a failure that may pass, later each time', () => {
    const retryAt = opening.after('1s').at;
    expect(given(opening).when(fails(1), EXECUTOR)).toEqual([
      happened('TrafficShiftFailed.v1', { batch: 'staging', shift: 1, error: ERROR, retryAt }),
    ]);
    const once = shiftFailed(opening);
    expect(trafficOf(once)).toMatchObject({ shifting: true, tries: 1, retryAt, error: ERROR });
    expect(given(once).when(fails(1), EXECUTOR)).toMatchObject([{ data: { retryAt: once.after('2s').at } }]);
    expect(trafficOf(shifted(once))).toMatchObject({ split: INNER, tries: 0, error: null });
  });

  it.each([
    ['for good', (story: Story) => shiftFailed(story, false)],
    ['as often as a unit may', (story: Story) => shiftFailed(shiftFailed(shiftFailed(shiftFailed(story))))],
  ])('holds the release when it fails %s: a person has to look at the router', (_, fail) => {
    const held = fail(opening);
    const sentence = 'the traffic could not be moved: the router does not answer';
    expect(held.last(1)).toEqual([happened('ReleaseHeld.v1', { cause: 'staging', sentence, batch: 'staging' })]);
    expect(trafficOf(held)).toMatchObject({ shifting: false, target: INNER, split: CLOSED });
    expect(given(held.after('1h')).when({ type: 'advance' })).toEqual([]);
  });

  it('is tried anew, as a change of its own, when a person goes on from that', () => {
    const held = shiftFailed(storyAt('half-open'), false);
    const resumed = held.does({ type: 'resume' }).advances();
    expect(since(held, resumed)).toEqual(['ReleaseResumed', 'TrafficShiftStarted 100%/1% opening']);
    expect(trafficOf(resumed)).toMatchObject({ shift: 3, tries: 0, error: null });
    expect(shifted(resumed).batch('staging').observedFrom).toBe(resumed.at);
  });

  it('waits while the release is paused, but what was under way comes to its end', () => {
    const paused = shifted(opening.does({ type: 'pause' }));
    expect(trafficOf(paused)).toMatchObject({ split: INNER, target: INNER, shifting: false });
    const resumed = paused.does({ type: 'resume' }).advances();
    expect(trafficOf(resumed)).toMatchObject({ target: WHOLE, shift: 2, shifting: true });
  });

  it('and was given up while the release was paused, is tried anew when it goes on', () => {
    const paused = shiftFailed(opening.does({ type: 'pause' }), false);
    expect(paused.state).toMatchObject({ status: 'held', hold: { cause: 'paused' } });
    const resumed = paused.does({ type: 'resume' }).advances();
    expect(since(paused, resumed)).toEqual(['ReleaseResumed', 'TrafficShiftStarted 100%/0% opening']);
  });

  it('stays while the release is paused', () => {
    const paused = storyAt('observed').does({ type: 'pause' }).after('1h').advances();
    expect(trafficOf(paused)).toMatchObject({ split: WHOLE, target: WHOLE, shifting: false });
  });

  it('says what failed in as many words as an event holds', () => {
    const error = { ...ERROR, message: 'e'.repeat(9_000) };
    expect(given(opening).when({ type: 'record-traffic-shift-failed', shift: 1, error }, EXECUTOR)).toMatchObject([
      { data: { error: { message: `${'e'.repeat(3_999)}…` } } },
    ]);
  });
});

describe('traffic that leaves', () => {
  const leaving = storyAt('leaving');

  it('is never given up, however often and however badly that fails', () => {
    let story = leaving;
    for (let tries = 1; tries <= 12; tries += 1) {
      story = shiftFailed(story, false);
      expect(trafficOf(story)).toMatchObject({ shifting: true, tries, shift: 3 });
      story = story.after('1m');
    }
    expect(story.state.status).toBe('running');
    expect(trafficOf(story).retryAt).toBe(story.at);
    expect(since(story, shifted(story))).toEqual(['TrafficShifted 0%/0%', 'BatchPassed', 'WaveOpened 1']);
  });

  it('leaves although the release is paused; production opens when it goes on', () => {
    const paused = shifted(leaving.does({ type: 'pause' }));
    expect(paused.batches).toMatchObject({ staging: 'passed', 'eu.1': 'pending' });
    expect(paused.does({ type: 'resume' }).advances().last(1)).toEqual([
      happened('WaveOpened.v1', { wave: 1, batches: ['eu.1'] }),
    ]);
  });

  it('is asked to leave although the release is paused', () => {
    const paused = storyAt('observed').does({ type: 'pause' }).after('10m');
    const good = ['orders', 'closed-loop', 'traffic-share'].reduce(
      (story, validator) => story.judges('staging', 'passed', validator),
      paused,
    );
    expect(since(good, good.advances())).toEqual(['TrafficShiftStarted 0%/0% passed']);
  });

  it('does not come back, whatever the verdicts turn to: there is no traffic to judge by', () => {
    const undecided = leaving.judges('staging', 'undecided', 'traffic-share').after('1h').advances();
    expect(since(undecided, shifted(undecided))).toEqual(['TrafficShifted 0%/0%', 'BatchPassed', 'WaveOpened 1']);
  });

  it('does not pass when something bad is found while it leaves', () => {
    const bad = leaving.judges('staging', 'failed', 'closed-loop');
    expect(since(bad, bad.advances())).toEqual(['BatchFailed', 'RollbackStarted']);
    const late = leaving.does(works(3), EXECUTOR).judges('staging', 'failed', 'closed-loop');
    expect(since(late, late.advances())).toEqual(['BatchFailed', 'RollbackStarted']);
  });
});

describe('the outcome of a change', () => {
  it('that another one has taken the place of is not awaited any more', () => {
    const turned = storyAt('half-open').does({ type: 'roll-back' }).advances();
    expect(trafficOf(turned)).toMatchObject({ shift: 3, target: CLOSED, split: INNER });
    for (const late of [works(2), fails(2), fails(2, false)]) expect(given(turned).when(late, EXECUTOR)).toBe('STALE');
    expect(trafficOf(shifted(turned)).split).toEqual(CLOSED);
  });

  it('that is known already is not awaited any more', () => {
    for (const late of [works(2), fails(2)]) expect(given(storyAt('observed')).when(late, EXECUTOR)).toBe('STALE');
    expect(given(shiftFailed(storyAt('opening'), false)).when(works(1), EXECUTOR)).toBe('STALE');
  });

  it('of a change that nobody has begun is not awaited', () => {
    expect(given(storyAt('deployed')).when(works(0), EXECUTOR)).toBe('STALE');
    expect(given(storyAt('opening')).when(works(2), EXECUTOR)).toBe('STALE');
  });

  it('in a log that was written otherwise changes nothing', () => {
    const opening = storyAt('opening');
    const stray = happened('TrafficShifted.v1', { batch: 'staging', shift: 7, to: WHOLE });
    const elsewhere = happened('TrafficShifted.v1', { batch: 'eu.1', shift: 1, to: WHOLE });
    const failed = happened('TrafficShiftFailed.v1', { batch: 'staging', shift: 7, error: ERROR, retryAt: null });
    expect(trafficOf(opening.with([stray, elsewhere, failed]))).toEqual(trafficOf(opening));
  });
});

describe('an environment with all its units of the new version already', () => {
  it('takes the same way', () => {
    const sketch = { ...THROUGH_STAGING, staging: 1 };
    const after = { version: '2.0.0', healthy: true };
    const begun = storyAt('deploying', sketch).does(
      {
        type: 'record-unit-deployed',
        batch: 'staging',
        unit: 'staging-1',
        attempt: 0,
        before: after,
        after,
        changed: false,
      },
      EXECUTOR,
    );
    expect(since(begun, begun.advances())).toEqual(['BatchDeployed']);
  });
});
