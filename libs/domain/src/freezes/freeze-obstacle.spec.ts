import { describe, expect, it } from '@jest/globals';
import { next } from '../release/next.js';
import type { Sketch } from '../release/sketch.spec-support.js';
import { DIRECTOR, given, happened, running, type Story, submitted } from '../release/story.spec-support.js';
import { freezeObstacle, goesThroughFreezes } from './freeze-obstacle.js';
import { freezeOf, timesOf } from './freezes.spec-support.js';

/** The stories begin at 08:00. */
const morning = (from: string, duration = '2h', clusters: readonly string[] | null = null) =>
  freezeOf('morning', timesOf({ timeZone: 'UTC', from: `2026-01-05T${from}`, duration }), clusters);

const obstacle = (story: Story, ...freezes: ReturnType<typeof morning>[]) =>
  freezeObstacle(story.started, freezes, story.now);
const started = () => submitted().does({ type: 'start' });
const EMERGENCY: Sketch = { waves: [{ 'eu.1': 1 }, { 'eu.2': 2, 'us.1': 2 }], spec: { emergency: true } };

describe('the next wave of a release', () => {
  it('waits for a freeze that is on, says until when and why', () => {
    expect(obstacle(started(), morning('07:00'))).toEqual({
      cause: 'freeze',
      sentence: 'freeze morning until 2026-01-05T09:00:00.000Z: nobody is there',
      until: '2026-01-05T09:00:00.000Z',
    });
  });

  it('waits before a freeze that it would run into while it is observed', () => {
    expect(obstacle(started(), morning('08:10'))).toBeNull();
    expect(obstacle(started(), morning('08:09'))).toEqual({
      cause: 'freeze',
      sentence:
        'wave 1 would run into freeze morning, which begins at 2026-01-05T08:09:00.000Z; it waits until 2026-01-05T10:09:00.000Z: nobody is there',
      until: '2026-01-05T10:09:00.000Z',
    });
  });

  it('goes by the longest interval of its batches as they are now', () => {
    const shorter = started().does({ type: 'change-interval', batch: 'eu.1', to: '5m' }, undefined, 'in a hurry');
    expect(obstacle(shorter, morning('08:09'))).toBeNull();
    const one = running().passes('eu.1');
    const longer = running()
      .does({ type: 'change-interval', batch: 'us.1', to: '20m' }, undefined, 'to be sure')
      .deploys('eu.1')
      .after('10m')
      .judges('eu.1', 'passed');
    expect(obstacle(longer, morning('08:25'))).toMatchObject({ until: '2026-01-05T10:25:00.000Z' });
    expect(obstacle(one, morning('08:25'))).toBeNull();
  });

  it('goes by the interval that its batches will have, where intervals follow what was observed', () => {
    const adaptive = { min: '1m', max: '2h', after: 1 };
    const sketch: Sketch = {
      waves: [{ 'eu.1': 1 }, { 'eu.2': 1 }],
      spec: { interval: { default: '10m', adaptive } },
    };
    const troubled = running(sketch).deploys('eu.1').after('10m').judges('eu.1', 'undecided').advances();
    const passed = troubled.judges('eu.1', 'passed').does({ type: 'pause' }).advances();
    const at = new Date(passed.now + 15 * 60_000).toISOString().slice(11, 16);
    expect(obstacle(passed, morning(at))).toMatchObject({ cause: 'freeze' });
    const clean = running(sketch)
      .deploys('eu.1')
      .judges('eu.1', 'passed')
      .does({ type: 'pause' })
      .after('10m')
      .advances();
    const sooner = new Date(clean.now + 7 * 60_000).toISOString().slice(11, 16);
    expect(obstacle(clean, morning(sooner))).toBeNull();
  });

  it('waits only for freezes of its own clusters', () => {
    expect(obstacle(started(), morning('07:00', '2h', ['us']))).toBeNull();
    expect(obstacle(running(), morning('07:00', '2h', ['us']))).toMatchObject({ cause: 'freeze' });
  });

  it('does not wait when it is staging, and the first of production does', () => {
    const staged: Sketch = { waves: [{ 'eu.1': 1 }, { 'eu.2': 1 }], staging: 1 };
    expect(obstacle(submitted(staged).does({ type: 'start' }), morning('07:00'))).toBeNull();
    expect(obstacle(running(staged), morning('07:00'))).toMatchObject({ cause: 'freeze' });
  });

  it('is told when there is no time within a year, and not until when', () => {
    const times = (from: string) =>
      timesOf({ timeZone: 'UTC', from: `2026-01-01T${from}`, duration: '12h', recurrence: 'FREQ=DAILY' });
    const always = [freezeOf('day', times('06:00')), freezeOf('night', times('18:00'))];
    expect(freezeObstacle(started().started, always, started().now)).toEqual({
      cause: 'freeze',
      sentence: 'freeze day: there is no time within a year at which wave 1 may open: nobody is there',
    });
  });

  it('is not looked for where there is none left', () => {
    const last = running().passes('eu.1');
    expect(obstacle(last, morning('08:00', '9h'))).toBeNull();
  });
});

describe('an emergency', () => {
  const approved = submitted(EMERGENCY).does({ type: 'approve' }, DIRECTOR, 'the shop is down');

  it('cannot be started before its exception is approved', () => {
    expect(submitted(EMERGENCY).state.status).toBe('escalated');
    expect(given(submitted(EMERGENCY)).when({ type: 'start' })).toBe('WRONG_STATE');
    expect(goesThroughFreezes(submitted(EMERGENCY).state)).toBe(false);
    expect(goesThroughFreezes(approved.state)).toBe(false);
  });

  it('goes through a freeze once it was started, and its story says by whose approval', () => {
    const story = approved.does({ type: 'start' });
    expect(goesThroughFreezes(story.state)).toBe(true);
    const told = obstacle(story, morning('07:00'));
    expect(told).toMatchObject({ allowedBy: 'dora as director (the shop is down)' });
    const opened = story.does({ type: 'advance', obstacles: told ? [told] : [] });
    expect(opened.log.at(-1)).toMatchObject({
      type: 'WaveOpened.v1',
      meta: {
        reason:
          'the release has started; it goes through freeze morning until 2026-01-05T09:00:00.000Z: nobody is there, allowed by dora as director (the shop is down)',
      },
    });
  });

  it('does not wait before a freeze either, and says nothing of one that is not on', () => {
    expect(obstacle(approved.does({ type: 'start' }), morning('08:09'))).toBeNull();
  });

  it('is what the release says of itself, not what another exception was approved for', () => {
    const hasty: Sketch = { waves: [{ 'eu.1': 1 }], spec: { emergency: false } };
    const story = submitted(hasty).does({ type: 'approve' }, DIRECTOR, 'as it is').does({ type: 'start' });
    expect(goesThroughFreezes(story.state)).toBe(false);
    expect(obstacle(story, morning('07:00'))).not.toHaveProperty('allowedBy');
  });
});

describe('a gate', () => {
  it('is looked at whenever the next wave may open with what is due: also as the last batch of the one before passes', () => {
    const last = running().deploys('eu.1').after('10m').judges('eu.1', 'passed');
    expect(next(last.state, last.now).looksAround).toBe(true);
    const told = obstacle(last, morning('07:00'));
    expect(given(last).when({ type: 'advance', obstacles: told ? [told] : [] })).toEqual([
      happened('BatchPassed.v1', { batch: 'eu.1' }),
      happened('ReleaseHeld.v1', {
        cause: 'freeze',
        sentence: 'freeze morning until 2026-01-05T09:00:00.000Z: nobody is there',
        batch: null,
        until: '2026-01-05T09:00:00.000Z',
      }),
    ]);
  });

  it('is looked at when the verdicts that were missing come and the wave after may open at once', () => {
    const held = running().deploys('eu.1').after('2h').advances();
    expect(held.state.status).toBe('held');
    expect(next(held.state, held.now).looksAround).toBe(false);
    const judged = held.judges('eu.1', 'passed');
    expect(next(judged.state, judged.now).looksAround).toBe(true);
  });

  it('does not keep what is under way from going on, nor a rollback from being carried out', () => {
    const deploying = running().begins('eu.1', 'eu.1-1');
    expect(next(deploying.state, deploying.now).effects).toHaveLength(1);
    const held = running().deploys('eu.1').after('10m').judges('eu.1', 'passed');
    const told = obstacle(held, morning('07:00'));
    const back = held
      .does({ type: 'advance', obstacles: told ? [told] : [] })
      .does({ type: 'roll-back' }, undefined, 'bad');
    expect(back.state.status).toBe('rolling-back');
    expect(next(back.state, back.now).effects).toMatchObject([{ kind: 'roll-back' }]);
  });
});
