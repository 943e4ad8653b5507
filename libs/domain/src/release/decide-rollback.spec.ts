import { describe, expect, it } from '@jest/globals';
import { storyOf } from './statuses.spec-support.js';
import { given, happened, OPERATOR, running } from './story.spec-support.js';

const whole = { type: 'roll-back' } as const;
const only = (batch: string) => ({ type: 'roll-back', batch }) as const;
const because = 'olga: too slow';
const RELEASE_TURNED = happened('RollbackStarted.v1', { scope: 'release', batch: null, because, evidence: {} });
const batchTurned = (batch: string) => happened('RollbackStarted.v1', { scope: 'batch', batch, because, evidence: {} });

const SECOND_WAVE = running().passes('eu.1').deploys('eu.2');

describe('RBK-1: rolling back', () => {
  it('takes the whole release back, and keeps who wanted it and why', () => {
    expect(given(SECOND_WAVE).when(whole, OPERATOR, 'too slow')).toEqual([RELEASE_TURNED]);
    expect(SECOND_WAVE.does(whole, OPERATOR).last(1)).toMatchObject([{ data: { because: 'olga: no reason given' } }]);
  });

  it('takes a single batch back, of this wave or an earlier one', () => {
    expect(given(SECOND_WAVE).when(only('eu.2'), OPERATOR, 'too slow')).toEqual([batchTurned('eu.2')]);
    expect(given(SECOND_WAVE).when(only('eu.1'), OPERATOR, 'too slow')).toEqual([batchTurned('eu.1')]);
  });

  it('works from every kind of hold', () => {
    expect(given(SECOND_WAVE.does({ type: 'pause' })).when(whole, OPERATOR, 'too slow')).toEqual([RELEASE_TURNED]);
    expect(given(storyOf('held')).when(only('eu.1'), OPERATOR, 'too slow')).toEqual([batchTurned('eu.1')]);
  });

  it('takes reasons of any length', () => {
    const [event] = given(SECOND_WAVE).when(whole, OPERATOR, 'r'.repeat(9_000));
    expect(event).toMatchObject({ data: { because: expect.stringMatching(/^olga: r{3993}…$/) } });
  });

  it('is refused for a batch that the plan does not have, and for one in which nothing was changed', () => {
    expect(given(SECOND_WAVE).when(only('eu.9'))).toBe('UNKNOWN_BATCH');
    expect(given(SECOND_WAVE).when(only('us.1'))).toBe('NOTHING_TO_ROLL_BACK');
    const back = SECOND_WAVE.does(only('eu.1')).putsBack('eu.1', 'eu.1-1').advances();
    expect(given(back).when(only('eu.1'))).toBe('NOTHING_TO_ROLL_BACK');
  });
});

describe('rolling back a release that was completed', () => {
  const completed = storyOf('completed');

  it('is possible for 72 hours, as a whole', () => {
    expect(given(completed.after('72h')).when(whole, OPERATOR, 'too slow')).toEqual([RELEASE_TURNED]);
    expect(given(completed.after('72h').after('1ms')).when(whole)).toBe('TOO_LATE');
    expect(given(completed).when(only('eu.1'))).toBe('WRONG_STATE');
  });

  it('puts every batch back, the newest wave first, and then has another end', () => {
    const turned = completed.does(whole);
    expect(turned.state).not.toHaveProperty('endedAt');
    const first = turned.putsBack('us.1', 'us.1-2', 'us.1-1').putsBack('eu.2', 'eu.2-2', 'eu.2-1').advances();
    const back = first.after('1m').putsBack('eu.1', 'eu.1-1').advances();
    expect(back.state).toMatchObject({ status: 'rolled-back', endedAt: back.at });
    expect(back.last(1)).toEqual([happened('ReleaseRolledBack.v1', { units: 5 })]);
  });
});

describe('a rollback that is under way', () => {
  const oneBatch = SECOND_WAVE.does(only('eu.2'));

  it('of a batch can be widened to the whole release', () => {
    expect(given(oneBatch).when(whole, OPERATOR, 'too slow')).toEqual([RELEASE_TURNED]);
    const wider = oneBatch.putsBack('eu.2', 'eu.2-2').does(whole);
    expect(wider.batches).toEqual({ 'eu.1': 'rolling-back', 'eu.2': 'rolling-back', 'us.1': 'rolling-back' });
    const back = wider.putsBack('eu.2', 'eu.2-1').putsBack('eu.1', 'eu.1-1').advances();
    expect(back.last(1)).toEqual([happened('ReleaseRolledBack.v1', { units: 3 })]);
  });

  it('is not begun twice, nor another one beside it', () => {
    expect(given(oneBatch).when(only('eu.1'))).toBe('WRONG_STATE');
    expect(given(oneBatch).when(only('eu.2'))).toBe('WRONG_STATE');
    expect(given(oneBatch.does(whole)).when(whole)).toBe('WRONG_STATE');
  });

  it('when it was widened, waits neither for a failed try nor loses it', () => {
    const retrying = oneBatch.failsToPutBack('eu.2', 'eu.2-2', true);
    const wider = retrying.does(whole);
    expect(wider.batch('eu.2').retrying).toEqual([]);
    const back = wider.putsBack('eu.2', 'eu.2-2', 'eu.2-1').putsBack('eu.1', 'eu.1-1').advances();
    expect(back.state.status).toBe('rolled-back');
  });

  it('when it was widened, still awaits the outcome of what is in flight', () => {
    const from = { version: '2.0.0', healthy: true };
    const wider = oneBatch.does({ type: 'begin-unit-rollback', batch: 'eu.2', unit: 'eu.2-2', from }).does(whole);
    expect(given(wider).when({ type: 'begin-unit-rollback', batch: 'eu.2', unit: 'eu.2-2', from })).toBe('NOT_DUE');
    const outcome = { attempt: 1, from, to: { version: '1.0.0', healthy: true } };
    const one = wider.does({ type: 'record-unit-rolled-back', batch: 'eu.2', unit: 'eu.2-2', ...outcome });
    expect(one.putsBack('eu.2', 'eu.2-1').putsBack('eu.1', 'eu.1-1').advances().state.status).toBe('rolled-back');
  });
});

describe('a rollback that could not be finished', () => {
  it('of the whole release is not narrowed to a batch', () => {
    const stuck = SECOND_WAVE.does(whole).failsToPutBack('eu.2', 'eu.2-2').putsBack('eu.2', 'eu.2-1');
    const held = stuck.putsBack('eu.1', 'eu.1-1').advances();
    expect(held.state).toMatchObject({ status: 'held', hold: { cause: 'rollback-failed' } });
    expect(given(held).when(only('eu.2'))).toBe('WRONG_STATE');
    expect(given(held).when(whole, OPERATOR, 'too slow')).toEqual([RELEASE_TURNED]);
  });

  it('of a batch goes on with the next rollback, so that nothing is forgotten half way', () => {
    const stuck = SECOND_WAVE.does(only('eu.2')).failsToPutBack('eu.2', 'eu.2-2').putsBack('eu.2', 'eu.2-1').advances();
    expect(stuck.last(1)).toEqual([
      happened('ReleaseHeld.v1', {
        cause: 'rollback-failed',
        sentence: '1 unit could not be put back; sluice resume tries it again',
        batch: 'eu.2',
      }),
    ]);
    const next = stuck.does(only('eu.1'));
    const back = next.putsBack('eu.2', 'eu.2-2').putsBack('eu.1', 'eu.1-1').advances();
    expect(back.batches).toEqual({ 'eu.1': 'rolled-back', 'eu.2': 'rolled-back', 'us.1': 'deploying' });
    expect(back.does({ type: 'resume' }).batches).toEqual({
      'eu.1': 'deploying',
      'eu.2': 'deploying',
      'us.1': 'deploying',
    });
  });
});
