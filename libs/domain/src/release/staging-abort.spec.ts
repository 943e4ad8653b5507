import { describe, expect, it } from '@jest/globals';
import {
  probed,
  shifted,
  shiftFailed,
  since,
  storyAt,
  THROUGH_STAGING,
  trafficOf,
} from './staging-story.spec-support.js';
import { EXECUTOR, given, happened, NEW, OPERATOR, type Story } from './story.spec-support.js';

const abort = { type: 'abort' } as const;
const SENTENCE = 'aborted by olga: wrong version; its traffic leaves staging first';
const aborting = happened('ReleaseHeld.v1', { cause: 'aborting', sentence: SENTENCE, batch: null });

const TURNED = { scope: 'batch', batch: 'staging', because: 'olga: too slow', evidence: {} } as const;

/**
 * Staging has traffic while a unit of production is being changed. No command leads here, but whoever folds a log takes
 * it as it is, and what was done to a unit must not get lost.
 */
function withProductionUnderWay(): Story {
  const back = storyAt('passed')
    .begins('eu.1', 'eu.1-1')
    .with([happened('RollbackStarted.v1', TURNED)]);
  const held = back.putsBack('staging', 'staging-2', 'staging-1').advances();
  return shifted(shifted(probed(held.does({ type: 'resume' }).deploys('staging'))));
}

describe('aborting a release that begins in staging', () => {
  it.each(['deploying', 'deployed', 'passed'] as const)('ends it at once when it has no traffic: %s', (phase) => {
    expect(given(storyAt(phase)).when(abort, OPERATOR)).toEqual([happened('ReleaseAborted.v1', {})]);
  });

  it.each(['opening', 'half-open', 'observed'] as const)(
    'holds it until its traffic has left, and ends it then: %s',
    (phase) => {
      const before = storyAt(phase);
      expect(given(before).when(abort, OPERATOR, 'wrong version')).toEqual([aborting]);
      const held = before.does(abort).advances();
      expect(since(before, held)).toEqual(['ReleaseHeld aborting', 'TrafficShiftStarted 0%/0% abort']);
      expect(since(held, shifted(held))).toEqual(['TrafficShifted 0%/0%', 'ReleaseAborted']);
    },
  );

  it('goes on with what empties it already', () => {
    const before = storyAt('leaving');
    const held = before.does(abort).advances();
    expect(since(before, held)).toEqual(['ReleaseHeld aborting']);
    expect(shifted(held).last(1)).toEqual([happened('ReleaseAborted.v1', {})]);
  });

  it('tells the router, when nobody knows how it divides the traffic', () => {
    const unknown = shiftFailed(storyAt('opening'), false);
    const held = unknown.does(abort).advances();
    expect(since(unknown, held)).toEqual(['ReleaseHeld aborting', 'TrafficShiftStarted 0%/0% abort']);
    expect(shifted(held).state.status).toBe('aborted');
  });

  it('waits for the traffic also while the release is paused or on its way back', () => {
    for (const before of [
      storyAt('observed').does({ type: 'pause' }),
      storyAt('observed').after('15m').advances(),
      storyAt('observed').does({ type: 'roll-back' }).advances(),
    ]) {
      const held = before.does(abort).advances();
      expect(held.state).toMatchObject({ status: 'held', hold: { cause: 'aborting' } });
      expect(shifted(held).state.status).toBe('aborted');
    }
  });

  it('leaves its units as they are', () => {
    const ended = shifted(storyAt('observed').does(abort).advances());
    expect(ended.unit('staging-1')).toMatchObject({ status: 'deployed', touched: true });
    expect(ended.batches).toMatchObject({ staging: 'observing', 'eu.1': 'pending' });
  });
});

describe('a release that is being aborted', () => {
  const held = storyAt('observed').does(abort, OPERATOR, 'wrong version').advances();

  it('neither goes on, nor waits, nor is aborted twice', () => {
    expect(given(held).when({ type: 'resume' })).toBe('WRONG_STATE');
    expect(held.refusalOf({ type: 'resume' })).toBe(`it cannot go on: ${SENTENCE}`);
    expect(given(held).when({ type: 'pause' })).toBe('WRONG_STATE');
    expect(given(held).when(abort)).toBe('WRONG_STATE');
    expect(held.refusalOf(abort)).toBe(`it is being aborted already: ${SENTENCE}`);
  });

  it('tries for as long as it takes', () => {
    let story = held;
    for (let tries = 1; tries <= 8; tries += 1) story = shiftFailed(story, false).after('1m');
    expect(trafficOf(story)).toMatchObject({ shifting: true, tries: 8 });
    expect(shifted(story).state.status).toBe('aborted');
  });

  it('is not rolled back by itself, whatever is found', () => {
    const bad = held.judges('staging', 'failed', 'closed-loop');
    expect(given(bad).when({ type: 'advance' })).toEqual([]);
    expect(since(bad, shifted(bad))).toEqual(['TrafficShifted 0%/0%', 'ReleaseAborted']);
  });

  it('does not pass, is not held and opens nothing', () => {
    const good = ['orders', 'closed-loop', 'traffic-share'].reduce(
      (story, validator) => story.judges('staging', 'passed', validator),
      held.after('1h'),
    );
    expect(given(good).when({ type: 'advance' })).toEqual([]);
    expect(given(held.after('73h')).when({ type: 'advance' })).toEqual([]);
  });

  it('can still be taken back as a whole', () => {
    const turned = held.does({ type: 'roll-back' });
    const back = shifted(turned).putsBack('staging', 'staging-2', 'staging-1').advances();
    expect(back.state.status).toBe('rolled-back');
  });

  it('still hears how the change of a unit ended', () => {
    const deploying = withProductionUnderWay().does(abort).advances();
    expect(deploying.finishes('eu.1', 'eu.1-1').unit('eu.1-1')).toMatchObject({ status: 'deployed', touched: true });
    expect(deploying.fails('eu.1', 'eu.1-1', { retryable: true }).unit('eu.1-1').status).not.toBe('deploying');
  });

  it('still hears how putting a unit back ended', () => {
    const turned = withProductionUnderWay().finishes('eu.1', 'eu.1-1').does({ type: 'roll-back' }).advances();
    const begun = turned.does({ type: 'begin-unit-rollback', batch: 'eu.1', unit: 'eu.1-1', from: NEW }, EXECUTOR);
    const stopped = begun.does(abort);
    expect(stopped.state).toMatchObject({ hold: { cause: 'aborting' } });
    const outcome = { batch: 'eu.1', unit: 'eu.1-1', attempt: 1 };
    const to = { version: '1.0.0', healthy: true };
    const done = stopped.does({ type: 'record-unit-rolled-back', ...outcome, from: NEW, to }, EXECUTOR);
    expect(done.unit('eu.1-1')).toMatchObject({ status: 'rolled-back', touched: false });
    const error = { code: 'command-failed', message: 'exit code 1', retryable: true };
    expect(given(stopped).when({ type: 'record-unit-rollback-failed', ...outcome, error }, EXECUTOR)).toMatchObject([
      { type: 'UnitRollbackFailed.v1', data: { retryAt: null } },
    ]);
  });
});

describe('aborting with a probe that failed', () => {
  it('ends at once: there was no traffic yet', () => {
    const failed = probed(storyAt('deployed', { ...THROUGH_STAGING, spec: { onFailure: 'hold' } }), 'failed');
    expect(given(failed).when(abort)).toEqual([happened('ReleaseAborted.v1', {})]);
  });
});
