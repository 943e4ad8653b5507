import { describe, expect, it } from '@jest/globals';
import type { ReleaseEvent } from './events.js';
import { evolve, fold } from './evolve.js';
import { ABSENT } from './state.js';
import { storyOf } from './statuses.spec-support.js';
import { AUTHOR, EXECUTOR, happened, OPERATOR, running, STARTER, Story, submitted } from './story.spec-support.js';

function answers({ state }: Story) {
  if (state.status === 'absent') throw new Error('there is no release');
  return state.answers;
}

describe('folding', () => {
  it('gives the same state event by event, all at once, and from anywhere in between', () => {
    const { log, state } = storyOf('completed');
    expect(fold(log)).toEqual(state);
    expect(fold(log.slice(20), fold(log.slice(0, 20)))).toEqual(state);
  });

  it('never changes a state that somebody holds', () => {
    const story = running();
    const before = structuredClone(fold(story.log));
    story.passes('eu.1').does({ type: 'roll-back' });
    expect(structuredClone(story.state)).toEqual(before);
  });

  it('ignores what is not possible, so that any log can be read', () => {
    const { log } = submitted();
    const [first, second] = log;
    if (!first || !second) throw new Error('the log is short');
    expect(evolve(ABSENT, second)).toBe(ABSENT);
    expect(fold([first, first])).toEqual(fold([first]));
  });

  it('survives a plan that stands in the log twice', () => {
    const { log } = submitted();
    const parts = log.filter(({ type }) => type === 'BatchPlanned.v1');
    const twice = Story.NOTHING.with([...log.slice(0, 2), ...parts, ...log.slice(2)] as ReleaseEvent[], AUTHOR);
    const wave = happened('WaveOpened.v1', { wave: 1, batches: ['eu.1'] });
    const begun = happened('UnitDeployStarted.v1', {
      batch: 'us.1',
      unit: 'us.1-2',
      attempt: 1,
      key: 'k',
      before: { version: '1', healthy: true },
    });
    const turned = happened('RollbackStarted.v1', { scope: 'release', batch: null, because: 'x', evidence: {} });
    const story = twice.does({ type: 'start' }).with([wave, begun, turned] as ReleaseEvent[]);
    expect(story.state.status).toBe('rolling-back');
  });

  it('ignores events about batches and units that the plan does not have', () => {
    const before = running();
    const strange: ReleaseEvent[] = [
      { type: 'BatchPassed.v1', data: { batch: 'eu.9' } },
      { type: 'BatchReopened.v1', data: { batch: 'eu.9' } },
      {
        type: 'UnitDeployed.v1',
        data: { batch: 'eu.9', unit: 'eu.1-1', attempt: 1, before: OLD, after: OLD, changed: true },
      },
      {
        type: 'UnitDeployed.v1',
        data: { batch: 'eu.1', unit: 'eu.2-1', attempt: 1, before: OLD, after: OLD, changed: true },
      },
      { type: 'WaveOpened.v1', data: { wave: 7, batches: [] } },
    ];
    const after = before.with(strange);
    expect([...after.started.units]).toEqual([...before.started.units]);
    expect([...after.started.batches]).toEqual([...before.started.batches]);
  });
});

const OLD = { version: '1.0.0', healthy: true };

describe('the answers to commands', () => {
  it('are kept for people: what each command came to, its last event counting', () => {
    const story = submitted();
    expect(answers(story).get('c0')).toEqual({ revision: story.log.length - 1, status: 'ready' });
    const started = story.does({ type: 'start' }, STARTER);
    expect(answers(started).get(`c${story.log.length}`)).toEqual({ revision: story.log.length, status: 'running' });
  });

  it('are not kept for machines, which would only make them grow', () => {
    const story = running();
    expect(answers(story.deploys('eu.1'))).toEqual(answers(story));
    expect(answers(story.does({ type: 'pause' }, EXECUTOR))).toEqual(answers(story));
  });

  it('are those of the last thousand commands', () => {
    let story = running();
    expect(answers(story).get('c0')).toBeDefined();
    const ids: string[] = [];
    for (let i = 0; i < 550; i += 1) {
      for (const type of ['pause', 'resume'] as const) {
        ids.push(`c${story.log.length}`);
        story = story.does({ type }, OPERATOR);
      }
    }
    expect(answers(story).get('c0')).toBeUndefined();
    expect(answers(story).get(ids.at(-1_050) ?? '')).toBeUndefined();
    for (const id of ids.slice(-990)) expect(answers(story).get(id)).toBeDefined();
  });
});
