import { describe, expect, it } from '@jest/globals';
import { type Agenda, next } from './next.js';
import { type Sketch, TWO_WAVES } from './sketch.spec-support.js';
import { ABSENT } from './state.js';
import { storyOf } from './statuses.spec-support.js';
import { EXECUTOR, NEW, running, type Story } from './story.spec-support.js';

const WIDE: Sketch = { waves: [{ 'eu.1': 4 }, { 'eu.2': 4, 'us.1': 4 }], spec: { limits: { unitsAtOnce: 2 } } };

function agenda(story: Story): Agenda {
  return next(story.state, story.now);
}

/** Effects in short: `deploy eu.1-1`, with a mark when it was begun. */
function effects(story: Story): string[] {
  return agenda(story).effects.map(({ kind, unit, inFlight }) => `${kind} ${unit.id}${inFlight ? ' (begun)' : ''}`);
}

function wakesIn(story: Story): number | null {
  const { wakeAt } = agenda(story);
  return wakeAt === null ? null : (wakeAt - story.now) / 1_000;
}

describe('the agenda of a release that runs', () => {
  it('has as many units as may change at once, in the order of the plan', () => {
    expect(effects(running(WIDE))).toEqual(['deploy eu.1-1', 'deploy eu.1-2']);
  });

  it('has what was begun, so that it is taken up again after a crash, and fills up the rest', () => {
    expect(effects(running(WIDE).begins('eu.1', 'eu.1-2'))).toEqual(['deploy eu.1-2 (begun)', 'deploy eu.1-1']);
    expect(effects(running(WIDE).begins('eu.1', 'eu.1-2', 'eu.1-3'))).toEqual([
      'deploy eu.1-2 (begun)',
      'deploy eu.1-3 (begun)',
    ]);
  });

  it('tells whose unit it is and how to reach it', () => {
    expect(agenda(running(TWO_WAVES)).effects).toEqual([
      { kind: 'deploy', batch: 'eu.1', unit: { id: 'eu.1-1', driver: 'exec' }, inFlight: false },
    ]);
  });

  it('has the batches of a wave side by side', () => {
    expect(effects(running(WIDE).passes('eu.1'))).toEqual([
      'deploy eu.2-1',
      'deploy eu.2-2',
      'deploy us.1-1',
      'deploy us.1-2',
    ]);
  });

  it('tries again first, when the time has come, and wakes for it until then', () => {
    const failed = running(WIDE).begins('eu.1', 'eu.1-1').fails('eu.1', 'eu.1-1', { retryable: true });
    expect(effects(failed)).toEqual(['deploy eu.1-2']);
    expect(wakesIn(failed)).toBe(1);
    expect(effects(failed.after('1s'))).toEqual(['deploy eu.1-1', 'deploy eu.1-2']);
    expect(wakesIn(failed.after('1s'))).toBeNull();
  });

  it('puts no more units at risk while as many as may change at once are in trouble', () => {
    const one = running(WIDE).begins('eu.1', 'eu.1-1', 'eu.1-2').fails('eu.1', 'eu.1-1', { retryable: true });
    expect(effects(one)).toEqual(['deploy eu.1-2 (begun)']);
    const both = one.fails('eu.1', 'eu.1-2', { retryable: true });
    expect(agenda(both)).toEqual({
      advance: false,
      looksAround: false,
      effects: [],
      staging: null,
      wakeAt: both.now + 1_000,
    });
    expect(effects(both.after('1s').begins('eu.1', 'eu.1-2'))).toEqual(['deploy eu.1-2 (begun)', 'deploy eu.1-1']);
  });

  it('begins nothing new before what is due by itself has been taken', () => {
    const both = running({ waves: [{ 'eu.1': 1, 'us.1': 2 }, { 'eu.2': 2 }] })
      .deploys('eu.1')
      .begins('us.1', 'us.1-1');
    expect(effects(both)).toEqual(['deploy us.1-1 (begun)', 'deploy us.1-2']);
    const bad = both.judges('eu.1', 'failed');
    expect(agenda(bad).advance).toBe(true);
    expect(effects(bad)).toEqual(['deploy us.1-1 (begun)']);
  });

  it('wakes at the end of the interval, and then at the deadline for verdicts', () => {
    const observed = running().deploys('eu.1');
    expect(agenda(observed)).toEqual({
      advance: false,
      looksAround: false,
      effects: [],
      staging: null,
      wakeAt: observed.now + 600_000,
    });
    expect(wakesIn(observed.after('10m'))).toBe(300);
    expect(agenda(observed.after('15m'))).toEqual({
      advance: true,
      looksAround: false,
      effects: [],
      staging: null,
      wakeAt: null,
    });
  });

  it('wakes at another time when the interval changes', () => {
    expect(wakesIn(running().deploys('eu.1').does({ type: 'change-interval', batch: 'eu.1', to: '1m' }))).toBe(60);
  });
});

describe('the agenda of a release that waits or goes back', () => {
  it('has only what was begun while it is paused', () => {
    expect(effects(running(WIDE).begins('eu.1', 'eu.1-1').does({ type: 'pause' }))).toEqual(['deploy eu.1-1 (begun)']);
  });

  it('goes back from the last unit of the newest wave, after what is in flight', () => {
    const turned = running(WIDE).passes('eu.1').deploys('eu.2').begins('us.1', 'us.1-1').does({ type: 'roll-back' });
    expect(effects(turned)).toEqual(['deploy us.1-1 (begun)', 'roll-back eu.2-4', 'roll-back eu.2-3']);
    expect(effects(turned.finishes('us.1', 'us.1-1'))).toEqual([
      'roll-back us.1-1',
      'roll-back eu.2-4',
      'roll-back eu.2-3',
    ]);
  });

  it('does not roll back what failed without a change', () => {
    const turned = running(TWO_WAVES).begins('eu.1', 'eu.1-1').does({ type: 'roll-back' });
    const unchanged = turned.fails('eu.1', 'eu.1-1', { retryable: true, unchanged: true });
    expect(agenda(unchanged)).toEqual({ advance: true, looksAround: false, effects: [], staging: null, wakeAt: null });
    expect(unchanged.advances().state.status).toBe('rolled-back');
  });

  it('rolls back at once what failed half way, however it failed', () => {
    const turned = running(TWO_WAVES).begins('eu.1', 'eu.1-1').does({ type: 'roll-back' });
    expect(effects(turned.fails('eu.1', 'eu.1-1', { retryable: true }))).toEqual(['roll-back eu.1-1']);
  });

  it('wakes for the next try of a rollback', () => {
    const failed = storyOf('rolling-back').failsToPutBack('eu.1', 'eu.1-1', true);
    expect(agenda(failed)).toEqual({
      advance: false,
      looksAround: false,
      effects: [],
      staging: null,
      wakeAt: failed.now + 1_000,
    });
    expect(effects(failed.after('1s'))).toEqual(['roll-back eu.1-1']);
  });

  it('puts the others back while one waits to be tried again', () => {
    const one = { ...WIDE, spec: { limits: { unitsAtOnce: 1 } } };
    const failed = running(one).deploys('eu.1').does({ type: 'roll-back' }).failsToPutBack('eu.1', 'eu.1-4', true);
    expect(effects(failed)).toEqual(['roll-back eu.1-3']);
    expect(effects(failed.after('1s'))).toEqual(['roll-back eu.1-4']);
  });

  it('has what was begun of a rollback', () => {
    const begun = storyOf('rolling-back').does(
      { type: 'begin-unit-rollback', batch: 'eu.1', unit: 'eu.1-1', from: NEW },
      EXECUTOR,
    );
    expect(effects(begun)).toEqual(['roll-back eu.1-1 (begun)']);
  });
});

describe('the agenda of a release that does not run', () => {
  it.each(['submitted', 'planned', 'escalated', 'ready', 'rejected', 'withdrawn', 'completed', 'rolled-back'] as const)(
    'is empty when it is %s',
    (status) => {
      expect(agenda(storyOf(status))).toEqual({
        advance: false,
        looksAround: false,
        effects: [],
        staging: null,
        wakeAt: null,
      });
    },
  );

  it('is empty when there is none', () => {
    expect(next(ABSENT, 0)).toEqual({
      advance: false,
      looksAround: false,
      effects: [],
      staging: null,
      wakeAt: null,
    });
  });

  it('has what was in flight when it was aborted', () => {
    expect(effects(storyOf('aborted'))).toEqual(['deploy eu.1-1 (begun)']);
    expect(agenda(storyOf('aborted').finishes('eu.1', 'eu.1-1')).effects).toEqual([]);
  });
});
