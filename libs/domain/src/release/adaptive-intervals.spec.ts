import { describe, expect, it } from '@jest/globals';
import { fold } from './evolve.js';
import type { Sketch } from './sketch.spec-support.js';
import { given, happened, running, type Story } from './story.spec-support.js';

const IDS = ['eu.1', 'eu.2', 'eu.3', 'eu.4', 'eu.5'];
const ADVANCE = { type: 'advance' } as const;

/** Five waves of one batch, ten minutes each to begin with. */
const sketch = (adaptive: object, spec: object = {}): Sketch => ({
  waves: IDS.map((id) => ({ [id]: 1 })),
  spec: { interval: { default: '10m', adaptive: { min: '2m', max: '30m', ...adaptive } }, ...spec },
});

/** The batch is deployed and passes at the end of its interval. */
function passes(story: Story, batch: string): Story {
  const { interval } = story.batch(batch);
  return story.deploys(batch).judges(batch, 'passed').after(interval).advances();
}

/** The batch passes, but only after it was undecided when its interval was over. */
function passesLate(story: Story, batch: string): Story {
  const { interval } = story.batch(batch);
  const late = story.deploys(batch).after(interval).judges(batch, 'undecided').advances().after('1m');
  return late.judges(batch, 'passed').advances();
}

const intervals = (story: Story) => IDS.map((id) => story.batch(id).interval);

describe('INT-5: intervals that follow what was observed', () => {
  it('are half as long after each clean batch, down to the shortest', () => {
    const story = IDS.slice(0, 4).reduce(passes, running(sketch({ after: 1 })));
    expect(intervals(story)).toEqual(['10m', '5m', '2m30s', '2m', '2m']);
  });

  it('wait for as many clean batches in a row as the release says', () => {
    const story = IDS.slice(0, 4).reduce(passes, running(sketch({ after: 2 })));
    expect(intervals(story)).toEqual(['10m', '10m', '5m', '5m', '2m30s']);
  });

  it('are twice as long after a batch that was undecided when its interval was over, up to the longest', () => {
    const story = ['eu.2', 'eu.3', 'eu.4'].reduce(passesLate, passesLate(running(sketch({})), 'eu.1'));
    expect(intervals(story)).toEqual(['10m', '20m', '30m', '30m', '30m']);
  });

  it('are twice as long after a batch that was held, and begin to count clean ones anew', () => {
    const first = passes(running(sketch({ after: 2 })), 'eu.1');
    const held = first.deploys('eu.2').after('15m').advances().judges('eu.2', 'passed').advances();
    expect(intervals(held)[2]).toBe('20m');
    expect(intervals(passes(passes(held, 'eu.3'), 'eu.4'))).toEqual(['10m', '10m', '20m', '20m', '10m']);
  });

  it('are changed when the wave opens, by the rule and with what it rests on', () => {
    const first = running(sketch({ after: 1 }))
      .deploys('eu.1')
      .judges('eu.1', 'passed')
      .after('10m');
    expect(given(first).when(ADVANCE)).toEqual([
      happened('BatchPassed.v1', { batch: 'eu.1' }),
      happened('IntervalChanged.v1', { batch: 'eu.2', from: '10m', to: '5m' }),
      happened('WaveOpened.v1', { wave: 2, batches: ['eu.2'] }),
    ]);
    const [changed] = first.advances().log.slice(-2);
    expect(changed?.meta).toMatchObject({
      actor: { kind: 'rule', id: 'INT-5' },
      reason: 'eu.1 was clean: observed for 5m',
    });
  });

  it('go on where a crash has cut them off, and change nothing twice', () => {
    const first = running(sketch({ after: 1 }))
      .deploys('eu.1')
      .judges('eu.1', 'passed')
      .after('10m');
    const cut = first.with([
      { type: 'BatchPassed.v1', data: { batch: 'eu.1' }, rule: 'OBS-3' },
      { type: 'IntervalChanged.v1', data: { batch: 'eu.2', from: '10m', to: '5m' }, rule: 'INT-5' },
    ]);
    expect(given(cut).when(ADVANCE)).toEqual([happened('WaveOpened.v1', { wave: 2, batches: ['eu.2'] })]);
  });

  it('leave alone what a person has set, before or while it runs', () => {
    const interval = { default: '10m', batches: { 'eu.2': '10m' }, adaptive: { min: '2m', max: '30m', after: 1 } };
    const story = running({ ...sketch({}), spec: { interval } });
    const set = story.does({ type: 'change-interval', batch: 'eu.3', to: '12m' });
    expect(intervals(passes(passes(passes(set, 'eu.1'), 'eu.2'), 'eu.3'))).toEqual(['10m', '10m', '12m', '2m', '10m']);
  });

  it('stay as they were planned where the release does not ask for it', () => {
    const story = IDS.slice(0, 4).reduce(passes, running({ waves: IDS.map((id) => ({ [id]: 1 })) }));
    expect(intervals(story)).toEqual(['10m', '10m', '10m', '10m', '10m']);
  });

  it('never leave to the last wave what the policy asks of the release', () => {
    const high: Sketch = {
      waves: IDS.map((id) => ({ [id]: 1 })),
      interval: '20m',
      spec: { risk: 'high', interval: { default: '20m', adaptive: { min: '1s', max: '30m', after: 1 } } },
    };
    const story = IDS.slice(0, 4).reduce(passes, running(high));
    // An hour in all: forty minutes are left to four waves after the first, and so on.
    expect(intervals(story)).toEqual(['20m', '10m', '10m', '10m', '10m']);
    expect(passes(story, 'eu.5').state).toMatchObject({ status: 'completed' });
  });

  it('are the same when the log is read again', () => {
    const story = IDS.slice(0, 3).reduce(passes, running(sketch({ after: 1 })));
    expect(fold(story.log)).toEqual(story.state);
  });
});
