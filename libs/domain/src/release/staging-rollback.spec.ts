import { describe, expect, it } from '@jest/globals';
import {
  CLOSED,
  judgedGood,
  probed,
  shifted,
  shiftFailed,
  since,
  storyAt,
  trafficOf,
} from './staging-story.spec-support.js';
import { EXECUTOR, given, happened, NEW, OPERATOR, type Story } from './story.spec-support.js';

const whole = { type: 'roll-back' } as const;
const alone = { type: 'roll-back', batch: 'staging' } as const;
const back = (unit: string, batch = 'staging') => ({ type: 'begin-unit-rollback', batch, unit, from: NEW }) as const;
const emptied = (story: Story) => story.putsBack('staging', 'staging-2', 'staging-1').advances();
const REDEPLOYED = 'batch staging is rolled back; sluice resume deploys it again';

describe('rolling a release back from staging', () => {
  it.each(['opening', 'half-open', 'observed'] as const)(
    'takes the traffic out first, then the units back: %s',
    (phase) => {
      const before = storyAt(phase);
      const turned = before.does(whole).advances();
      expect(since(before, turned)).toEqual(['RollbackStarted', 'TrafficShiftStarted 0%/0% rollback']);
      expect(given(turned).when(back('staging-2'), EXECUTOR)).toBe('NOT_DUE');
      const shut = shifted(turned);
      const done = emptied(shut);
      expect(since(shut, done).slice(-2)).toEqual(['BatchRolledBack', 'ReleaseRolledBack']);
      expect(done.last(1)).toEqual([happened('ReleaseRolledBack.v1', { units: 2 })]);
    },
  );

  it('goes on with what empties it already', () => {
    const turned = storyAt('leaving').does(whole);
    expect(given(turned).when({ type: 'advance' })).toEqual([]);
    expect(given(turned).when(back('staging-2'), EXECUTOR)).toBe('NOT_DUE');
    expect(emptied(shifted(turned)).state.status).toBe('rolled-back');
  });

  it('needs no change of the traffic when none was let in', () => {
    const turned = storyAt('deployed').does(whole);
    expect(given(turned).when({ type: 'advance' })).toEqual([]);
    expect(emptied(turned).state.status).toBe('rolled-back');
    expect(storyAt('deploying').does(whole).advances().state.status).toBe('rolled-back');
  });

  it('tells the router, when nobody knows how it divides the traffic', () => {
    const unknown = shiftFailed(storyAt('opening'), false);
    const turned = unknown.does(whole).advances();
    expect(since(unknown, turned)).toEqual(['RollbackStarted', 'TrafficShiftStarted 0%/0% rollback']);
    expect(emptied(shifted(turned)).state.status).toBe('rolled-back');
  });

  it('does not end while the router cannot be reached, even if there is no unit to put back', () => {
    const failing = shiftFailed(storyAt('observed').does(whole).advances(), false).after('1m');
    expect(given(failing).when({ type: 'advance' })).toEqual([]);
    expect(failing.state.status).toBe('rolling-back');
    expect(emptied(shifted(failing)).state.status).toBe('rolled-back');
  });

  it('puts production back before staging', () => {
    const second = storyAt('passed').deploys('eu.1').does(whole);
    expect(given(second).when(back('staging-2'), EXECUTOR)).toBe('NOT_DUE');
    const production = second.putsBack('eu.1', 'eu.1-1').advances();
    expect(emptied(production).last(1)).toEqual([happened('ReleaseRolledBack.v1', { units: 3 })]);
  });

  it('does so for three days after its end', () => {
    const passed = storyAt('passed').passes('eu.1').deploys('eu.2').passes('us.1');
    const turned = passed.judges('eu.2', 'passed').advances().after('72h').does(whole);
    expect(turned.started.rollback?.batches.map((number) => turned.started.plan.batches[number]?.id)).toEqual([
      'us.1',
      'eu.2',
      'eu.1',
      'staging',
    ]);
  });
});

describe('rolling staging back alone', () => {
  const turned = storyAt('observed').does(alone).advances();
  const held = emptied(shifted(turned));

  it('takes its traffic out, its units back, and then waits for a person', () => {
    expect(since(storyAt('observed'), turned)).toEqual(['RollbackStarted', 'TrafficShiftStarted 0%/0% rollback']);
    expect(held.last(1)).toEqual([
      happened('ReleaseHeld.v1', { cause: 'batch-rolled-back', sentence: REDEPLOYED, batch: 'staging' }),
    ]);
  });

  it('is deployed, probed, observed and emptied once more when the release goes on', () => {
    const again = probed(held.does({ type: 'resume' }).deploys('staging'));
    expect(trafficOf(again)).toMatchObject({ shift: 4, split: CLOSED, shifting: true, leaving: false });
    expect(again.batch('staging')).toMatchObject({ observedFrom: null, verdicts: new Map() });
    const observed = shifted(shifted(again));
    const passed = shifted(judgedGood(observed.after('10m')));
    expect(passed.last(1)).toEqual([happened('WaveOpened.v1', { wave: 1, batches: ['eu.1'] })]);
  });

  it('is refused once it has passed: production rests on it', () => {
    for (const story of [storyAt('passed'), storyAt('passed').deploys('eu.1')])
      expect(given(story).when(alone)).toBe('BATCH_DONE');
    expect(storyAt('passed').refusalOf(alone)).toBe(
      'staging has passed; roll back the release, which takes staging with it',
    );
  });

  it('takes no more of its units in hand while traffic goes there', () => {
    const begin = { type: 'begin-unit', batch: 'staging', unit: 'staging-1', before: NEW } as const;
    for (const phase of ['opening', 'observed', 'leaving'] as const)
      expect(given(storyAt(phase)).when(begin, EXECUTOR)).toBe('NOT_DUE');
  });

  it('can be widened to the release while its traffic leaves', () => {
    const wider = turned.does(whole, OPERATOR);
    expect(given(wider).when({ type: 'advance' })).toEqual([]);
    expect(emptied(shifted(wider)).state.status).toBe('rolled-back');
  });

  it('that cannot be finished is held with the traffic out, and tried again when a person goes on', () => {
    const stuck = shifted(turned).failsToPutBack('staging', 'staging-2').putsBack('staging', 'staging-1').advances();
    expect(stuck.state).toMatchObject({ status: 'held', hold: { cause: 'rollback-failed' } });
    expect(trafficOf(stuck)).toMatchObject({ split: CLOSED, shifting: false });
    const again = stuck.does({ type: 'resume' }).putsBack('staging', 'staging-2').advances();
    expect(again.state).toMatchObject({ hold: { cause: 'batch-rolled-back' } });
  });
});
