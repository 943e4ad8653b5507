import { describe, expect, it } from '@jest/globals';
import { next } from './next.js';
import type { Obstacle } from './obstacle.js';
import { given, happened, OPERATOR, running, type Story, submitted } from './story.spec-support.js';

const QUEUED: Obstacle = { cause: 'queued', sentence: 'unit eu-1 belongs to release other' };
const FROZEN: Obstacle = { cause: 'freeze', sentence: 'frozen: weekend', until: '2026-01-05T09:00:00.000Z' };
const seeing = (...obstacles: Obstacle[]) => ({ type: 'advance', obstacles }) as const;
const started = () => submitted().does({ type: 'start' });
const agenda = (story: Story) => next(story.state, story.now);

describe('what is in the way outside of a release', () => {
  it.each([QUEUED, FROZEN])('holds it at the gate: $cause', (obstacle) => {
    expect(given(started()).when(seeing(obstacle))).toEqual([happened('ReleaseHeld.v1', { ...obstacle, batch: null })]);
  });

  it('does not disturb what is under way already', () => {
    expect(given(running().deploys('eu.1')).when(seeing(QUEUED))).toEqual([]);
  });

  it('lets it go on by itself once it is gone, and the wave opens', () => {
    const held = started().does(seeing(QUEUED));
    expect(given(held).when(seeing())).toEqual([
      happened('ReleaseResumed.v1', {}),
      happened('WaveOpened.v1', { wave: 1, batches: ['eu.1'] }),
    ]);
  });

  it('is not taken to be gone because nobody has looked', () => {
    expect(given(started().does(seeing(QUEUED))).when({ type: 'advance' })).toEqual([]);
  });

  it('still holds it when another thing is in the way instead, or for longer, and after a person went on', () => {
    const held = started().does(seeing(QUEUED));
    expect(given(held).when(seeing(QUEUED))).toEqual([]);
    expect(given(held).when(seeing(FROZEN))).toEqual([happened('ReleaseHeld.v1', { ...FROZEN, batch: null })]);
    const longer = { ...FROZEN, until: '2026-01-06T09:00:00.000Z' };
    const frozen = started().does(seeing(FROZEN));
    expect(given(frozen).when(seeing(longer))).toEqual([happened('ReleaseHeld.v1', { ...longer, batch: null })]);
    expect(agenda(frozen.does(seeing(longer))).wakeAt).toBe(Date.parse(longer.until));
    expect(given(held.does({ type: 'resume' })).when(seeing(FROZEN))).toEqual([
      happened('ReleaseHeld.v1', { ...FROZEN, batch: null }),
    ]);
  });

  it('does not keep a person from pausing, and then it is the person whom the release waits for', () => {
    const paused = started().does(seeing(QUEUED)).does({ type: 'pause' }, OPERATOR);
    expect(paused.state).toMatchObject({ status: 'held', hold: { cause: 'paused' } });
    expect(given(paused).when(seeing())).toEqual([]);
  });

  it('is looked for where a gate depends on it, and nowhere else', () => {
    expect(agenda(submitted()).looksAround).toBe(false);
    expect(agenda(started()).looksAround).toBe(true);
    expect(agenda(running()).looksAround).toBe(false);
    expect(agenda(started().does(seeing(QUEUED))).looksAround).toBe(true);
    expect(agenda(started().does({ type: 'pause' })).looksAround).toBe(false);
  });

  it('is looked at again when it is over at the latest', () => {
    const held = started().does(seeing(FROZEN));
    expect(agenda(held).wakeAt).toBe(Date.parse(FROZEN.until ?? ''));
  });
});
