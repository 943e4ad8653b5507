import { describe, expect, it } from '@jest/globals';
import { next } from './next.js';
import { ranFor } from './observation.js';
import type { Sketch } from './sketch.spec-support.js';
import { DIRECTOR, given, happened, running, STARTER, type Story, submitted } from './story.spec-support.js';

const ADVANCE = { type: 'advance' } as const;
const HOUR = 3_600_000;
const PASSED = happened('BatchPassed.v1', { batch: 'eu.1' });
const WITNESSED = happened('RunWitnessed.v1', {});

/** Started by an executor with a steady clock, and its first wave is open. */
function begun(sketch?: Sketch): Story {
  const story = submitted(sketch);
  const ready = story.state.status === 'ready' ? story : story.does({ type: 'approve' }, DIRECTOR);
  return ready.does({ type: 'start' }, STARTER).carriedOutBy('one').advances();
}

/** The first batch is deployed and good; its ten minutes have only begun. */
const observed = () => begun().deploys('eu.1').judges('eu.1', 'passed');
const due = (story: Story) => given(story).when(ADVANCE);
const gate = (story: Story) => next(story.state, story.now, undefined, story.reading ?? undefined).wakeAt;

describe('the time of a release', () => {
  it('opens the gate when the interval has really passed', () => {
    expect(due(observed().after('9m59s'))).toEqual([WITNESSED]);
    expect(due(observed().after('10m'))).toContainEqual(PASSED);
  });

  it('is not passed by a calendar that is set ahead', () => {
    const ahead = observed().withCalendarSet(HOUR);
    expect(due(ahead)).toEqual([]);
    expect(due(ahead.after('9m59s'))).toEqual([WITNESSED]);
    expect(due(ahead.after('10m'))).toContainEqual(PASSED);
  });

  it('is not held up by a calendar that is set back', () => {
    const back = observed().withCalendarSet(-HOUR);
    expect(due(back.after('10m'))).toContainEqual(PASSED);
    expect(gate(back)).toBe(back.now + 30_000);
  });

  it('does not count what passed between two executors: nobody can tell how much that was', () => {
    const other = observed().after('9m').carriedOutBy('two').withCalendarSet(HOUR);
    expect(due(other)).toEqual([WITNESSED]);
    const seen = other.advances();
    expect(due(seen.after('9m59s'))).not.toContainEqual(PASSED);
    expect(due(seen.after('10m'))).toContainEqual(PASSED);
  });

  it('is written down every twentieth of the interval, so that an executor that dies takes no more with it', () => {
    expect(due(observed().after('29s'))).toEqual([]);
    expect(due(observed().after('30s'))).toEqual([WITNESSED]);
    const witnessed = observed().after('9m30s').advances().after('29s');
    const other = witnessed.carriedOutBy('two').advances();
    expect(due(other.after('29s'))).toEqual([]);
    expect(due(other.after('30s'))).toContainEqual(PASSED);
  });

  it('is not written down any more once the interval is over: a release may be held for days', () => {
    const silent = begun().deploys('eu.1').after('15m').advances();
    expect(silent.state).toMatchObject({ status: 'held', hold: { cause: 'no-verdict' } });
    expect(due(silent.after('72h'))).toEqual([]);
    expect(due(silent.after('72h').carriedOutBy('two'))).toEqual([]);
    expect(gate(silent)).toBeNull();
  });

  it('does not go back to an executor that was already replaced', () => {
    const first = observed().after('5m').advances();
    const second = first.carriedOutBy('two').advances().after('4m').advances();
    const zombie = second.carriedOutBy('one').after('9m59s').advances();
    expect(due(zombie)).toEqual([]);
    expect(zombie.state).toMatchObject({ time: { total: 9 * 60_000 } });
  });

  it('goes on while a person holds the release, and resuming it does not shorten it', () => {
    const paused = observed().does({ type: 'pause' }).after('4m').advances();
    const resumed = paused.does({ type: 'resume' });
    expect(due(resumed.after('5m59s'))).not.toContainEqual(PASSED);
    expect(due(resumed.after('6m'))).toContainEqual(PASSED);
  });

  it('is that of the calendar in a log that was written before executors had steady clocks', () => {
    const old = running().deploys('eu.1').judges('eu.1', 'passed');
    expect(due(old.after('9m59s'))).toEqual([]);
    expect(due(old.after('10m'))).toContainEqual(PASSED);
  });

  it('does not count twice when an executor with a steady clock goes on with an old log', () => {
    const upgraded = running().deploys('eu.1').judges('eu.1', 'passed').after('9m').carriedOutBy('one').advances();
    expect(due(upgraded.after('9m59s'))).not.toContainEqual(PASSED);
    expect(due(upgraded.after('10m'))).toContainEqual(PASSED);
  });
});

const COMPLETED = happened('ReleaseCompleted.v1', {});
const HIGH = { risk: 'high' };
/** Six waves of ten minutes, an hour in all. */
const SIX = ['eu.1', 'eu.2', 'eu.3', 'eu.4', 'eu.5', 'eu.6'];
const sixWaves = (spec: object, policy?: object): Sketch => ({
  waves: SIX.map((id) => ({ [id]: 1 })),
  spec: { ...spec },
  ...(policy ? { policy: { ...policy } } : {}),
});

/** The last batch, judged good; every batch before it was observed for this long. */
function last(story: Story, interval: string): Story {
  const before = SIX.slice(0, -1).reduce(
    (now, batch) => now.deploys(batch).judges(batch, 'passed').after(interval).advances(),
    story,
  );
  return before.deploys('eu.6').judges('eu.6', 'passed');
}

/** Whatever wrote it, the log says that all intervals are shorter. */
const shortened = (story: Story, to: string) =>
  story.with(SIX.map((batch) => ({ type: 'IntervalChanged.v1', data: { batch, from: '10m', to } }) as const));

describe('what the policy asks of a release that runs', () => {
  it('INT-2: the last batch is observed until high risk has run for an hour, whatever the intervals say', () => {
    const story = last(shortened(begun(sixWaves(HIGH)), '5m'), '5m');
    expect(gate(story.after('34m50s').advances())).toBe(story.now + 35 * 60_000);
    expect(due(story.after('34m59s'))).not.toContainEqual(COMPLETED);
    const done = story.after('35m').advances();
    expect(done.state).toMatchObject({ status: 'completed' });
    expect(ranFor(done.started)).toBe(HOUR);
  });

  it('INT-2: counts the time of its deployments, from the opening of the first wave', () => {
    const slow = last(shortened(begun(sixWaves(HIGH)), '5m').after('20m'), '5m');
    expect(due(slow.after('14m59s'))).not.toContainEqual(COMPLETED);
    expect(due(slow.after('15m'))).toContainEqual(COMPLETED);
  });

  it('INT-3: core risk is observed for half an hour in all', () => {
    const sketch = sixWaves({ risk: 'core' }, { first: { core: '5m' } });
    const story = last(shortened(begun(sketch), '5m').after('3h'), '5m');
    expect(due(story.after('4m59s'))).not.toContainEqual(COMPLETED);
    expect(due(story.after('5m'))).toContainEqual(COMPLETED);
    const shorter = last(shortened(begun(sketch), '2m'), '5m').after('2m');
    expect(due(shorter)).not.toContainEqual(COMPLETED);
    expect(due(shorter.after('3m'))).toContainEqual(COMPLETED);
  });

  it('INT-4: the first batch of core risk is observed for twenty minutes, whatever its interval says', () => {
    const story = shortened(begun({ ...sixWaves({ risk: 'core' }), interval: '20m' }), '5m');
    const first = story.deploys('eu.1').judges('eu.1', 'passed');
    expect(due(first.after('19m59s'))).not.toContainEqual(PASSED);
    expect(due(first.after('20m'))).toContainEqual(PASSED);
  });

  it('asks nothing that an exception was approved for', () => {
    const hasty: Sketch = { waves: [{ 'eu.1': 1 }, { 'eu.2': 1 }], spec: HIGH };
    const story = begun(hasty).deploys('eu.1').judges('eu.1', 'passed').after('10m').advances();
    expect(story.deploys('eu.2').judges('eu.2', 'passed').after('10m').advances().state).toMatchObject({
      status: 'completed',
      plan: { header: { approval: { because: ['INT-2'] } } },
    });
  });

  it('asks nothing by a rule that the policy does not enforce', () => {
    const story = last(shortened(begun(sixWaves(HIGH, { modes: { 'INT-2': 'shadow' } })), '5m'), '5m');
    expect(due(story.after('5m'))).toContainEqual(COMPLETED);
  });

  it('lets a longer interval through although the intervals add up to less than was asked', () => {
    const story = shortened(begun(sixWaves(HIGH)), '5m');
    const change = (to: string) => given(story).when({ type: 'change-interval', batch: 'eu.3', to });
    expect(change('7m')).toEqual([happened('IntervalChanged.v1', { batch: 'eu.3', from: '5m', to: '7m' })]);
    expect(change('4m')).toBe('POLICY');
  });
});
