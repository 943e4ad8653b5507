import { describe, expect, it } from '@jest/globals';
import { type Agenda, next } from './next.js';
import {
  CLOSED,
  INNER,
  judgedGood,
  probed,
  shifted,
  shiftFailed,
  storyAt,
  THROUGH_STAGING,
  WHOLE,
} from './staging-story.spec-support.js';
import { storyOf } from './statuses.spec-support.js';
import { EXECUTOR, NEW, OBSERVER, type Story } from './story.spec-support.js';

const agenda = (story: Story): Agenda => next(story.state, story.now);
const inSeconds = ({ now }: Story, time: number | null) => (time === null ? null : (time - now) / 1_000);
const wakesIn = (story: Story) => inSeconds(story, agenda(story).wakeAt);
const units = (story: Story) => agenda(story).effects.map(({ kind, unit }) => `${kind} ${unit.id}`);
const NOTHING: Agenda = { advance: false, looksAround: false, effects: [], staging: null, wakeAt: null };

describe('the agenda of staging', () => {
  it('has its units first, and no probe before they are deployed', () => {
    expect(units(storyAt('deploying'))).toEqual(['deploy staging-1', 'deploy staging-2']);
    expect(agenda(storyAt('deploying')).staging).toBeNull();
  });

  it('has the probe of this deployment as long as nobody has said what it came to', () => {
    const deployed = storyAt('deployed');
    expect(agenda(deployed)).toEqual({ ...NOTHING, staging: { kind: 'probe', deployedAt: deployed.at } });
    expect(agenda(deployed.after('1h')).staging).toEqual({ kind: 'probe', deployedAt: deployed.at });
    const passed = deployed.does(
      { type: 'record-probe', deployedAt: deployed.at, verdict: 'passed', sentence: 'well', evidence: {} },
      OBSERVER,
    );
    expect(agenda(passed)).toEqual({ ...NOTHING, advance: true, looksAround: true });
  });

  it('has the probe again when its time has come, and wakes for it until then', () => {
    const undecided = probed(storyAt('deployed'), 'undecided');
    expect(agenda(undecided)).toEqual({ ...NOTHING, wakeAt: undecided.now + 1_000 });
    expect(agenda(undecided.after('1s')).staging).toMatchObject({ kind: 'probe' });
    expect(wakesIn(undecided.after('1s'))).toBeNull();
  });

  it('has no probe while the release is paused', () => {
    const paused = storyAt('deployed').does({ type: 'pause' });
    expect(agenda(paused)).toEqual(NOTHING);
    expect(agenda(paused.does({ type: 'resume' })).staging).toMatchObject({ kind: 'probe' });
  });

  it('has the change of the traffic until its outcome is known, whatever dies meanwhile', () => {
    expect(agenda(storyAt('opening'))).toEqual({ ...NOTHING, staging: { kind: 'shift', shift: 1, to: INNER } });
    expect(agenda(storyAt('opening').after('1h')).staging).toEqual({ kind: 'shift', shift: 1, to: INNER });
    expect(agenda(storyAt('half-open'))).toEqual({ ...NOTHING, staging: { kind: 'shift', shift: 2, to: WHOLE } });
    expect(agenda(storyAt('leaving')).staging).toEqual({ kind: 'shift', shift: 3, to: CLOSED });
  });

  it('has a change again when its time has come, and wakes for it until then', () => {
    const failed = shiftFailed(storyAt('half-open'));
    expect(agenda(failed)).toEqual({ ...NOTHING, wakeAt: failed.now + 1_000 });
    expect(agenda(failed.after('1s'))).toEqual({ ...NOTHING, staging: { kind: 'shift', shift: 2, to: WHOLE } });
  });

  it('has nothing but a person to wait for when something was given up', () => {
    const noLoop = probed(storyAt('deployed', { ...THROUGH_STAGING, spec: { limits: { retries: 0 } } }), 'unavailable');
    for (const held of [shiftFailed(storyAt('opening'), false), noLoop]) {
      expect(held.state).toMatchObject({ status: 'held', hold: { cause: 'staging' } });
      expect(agenda(held)).toEqual(NOTHING);
    }
  });

  it('wakes at the end of the interval, counted from when its traffic was there, and at the deadline for verdicts', () => {
    const observed = shifted(storyAt('half-open').after('7m'));
    expect(agenda(observed)).toEqual({ ...NOTHING, wakeAt: observed.now + 600_000 });
    expect(agenda(observed.after('10m'))).toEqual({ ...NOTHING, wakeAt: observed.after('15m').now });
    expect(agenda(observed.after('15m'))).toEqual({ ...NOTHING, advance: true, looksAround: true });
    expect(agenda(judgedGood(observed).after('10m')).advance).toBe(true);
  });

  it('has nothing more once it has passed, but production', () => {
    expect(agenda(storyAt('passed')).staging).toBeNull();
    expect(units(storyAt('passed'))).toEqual(['deploy eu.1-1']);
  });
});

describe('the agenda of staging on the way back', () => {
  const turned = storyAt('observed').does({ type: 'roll-back' });

  it('has the traffic first, and its units only when that is out', () => {
    expect(agenda(turned)).toEqual({ ...NOTHING, advance: true, wakeAt: null });
    const closing = turned.advances();
    expect(agenda(closing)).toEqual({ ...NOTHING, staging: { kind: 'shift', shift: 3, to: CLOSED } });
    expect(units(shifted(closing))).toEqual(['roll-back staging-2', 'roll-back staging-1']);
  });

  it('has what takes the place of a change that is under way, and not that one any more', () => {
    const closing = storyAt('half-open').does({ type: 'roll-back' }).advances();
    expect(agenda(closing).staging).toEqual({ kind: 'shift', shift: 3, to: CLOSED });
  });

  it('has the units of production meanwhile', () => {
    const both = storyAt('passed').deploys('eu.1').does({ type: 'roll-back' });
    expect(units(both)).toEqual(['roll-back eu.1-1']);
    const begun = both.does({ type: 'begin-unit-rollback', batch: 'eu.1', unit: 'eu.1-1', from: NEW }, EXECUTOR);
    expect(agenda(begun).staging).toBeNull();
  });

  it('has the traffic when the release is held because staging has failed', () => {
    const bad = storyAt('observed', { ...THROUGH_STAGING, spec: { onFailure: 'hold' } });
    const held = bad.judges('staging', 'failed', 'closed-loop').advances();
    expect(agenda(held)).toEqual({ ...NOTHING, staging: { kind: 'shift', shift: 3, to: CLOSED } });
    const failing = shiftFailed(held, false);
    expect(agenda(failing)).toEqual({ ...NOTHING, wakeAt: failing.now + 1_000 });
    expect(agenda(shifted(held))).toEqual(NOTHING);
  });

  it('has the traffic when the release is being aborted, and nothing after its end', () => {
    const aborting = storyAt('opening').does({ type: 'abort' });
    expect(agenda(aborting)).toMatchObject({ advance: true });
    const closing = aborting.advances();
    expect(agenda(closing)).toEqual({ ...NOTHING, staging: { kind: 'shift', shift: 2, to: CLOSED } });
    expect(agenda(shifted(closing))).toEqual(NOTHING);
  });
});

describe('the agenda of a release without staging', () => {
  it('has nothing for it', () => {
    expect(agenda(storyOf('running')).staging).toBeNull();
  });
});
