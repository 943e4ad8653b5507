import { describe, expect, it } from '@jest/globals';
import { planned, TWO_WAVES } from './sketch.spec-support.js';
import { ABSENT } from './state.js';
import { storyOf } from './statuses.spec-support.js';
import { type Story, submitted } from './story.spec-support.js';
import { viewRelease } from './view.js';

const shown = (story: Story) => viewRelease(story.state, story.log.length - 1);

describe('a release as it is shown', () => {
  it('has nothing to show when it is not there', () => {
    expect(viewRelease(ABSENT, -1)).toBeNull();
  });

  it('shows what was asked for while it is being planned', () => {
    const story = storyOf('submitted');
    expect(shown(story)).toEqual({
      id: 'checkout-2.0.0',
      name: 'checkout-2.0.0',
      service: 'checkout',
      version: '2.0.0',
      risk: 'standard',
      topology: 'production',
      author: 'ada',
      reason: 'ships the new tax table',
      state: 'submitted',
      revision: 4,
      submittedAt: '2026-01-05T08:00:00.000Z',
      spec: 'spec' in story.state ? story.state.spec : undefined,
      batches: [],
      approvals: [],
    });
  });

  it('shows the plan before the start', () => {
    const { plan } = planned(TWO_WAVES);
    const { duration, observation } = plan;
    expect(shown(submitted())).toMatchObject({
      plan: { digest: 'd1', units: 5, duration, observation, findings: [], approval: null },
      batches: [
        {
          id: 'eu.1',
          wave: 1,
          cluster: 'eu',
          units: ['eu.1-1'],
          state: 'pending',
          interval: '10m',
          observedUntil: null,
        },
        { id: 'eu.2', wave: 2, units: ['eu.2-1', 'eu.2-2'], deployed: 0, failed: 0, verdicts: [], confirmations: [] },
        { id: 'us.1' },
      ],
    });
  });

  it('shows how far each batch is, what was found and until when it is observed', () => {
    const story = storyOf('running').deploys('eu.1').judges('eu.1', 'undecided');
    expect(shown(story)).toMatchObject({
      state: 'running',
      startedAt: story.at,
      batches: [
        {
          state: 'observing',
          deployed: 1,
          observedUntil: '2026-01-05T08:10:00.000Z',
          verdicts: [{ validator: 'orders', verdict: 'undecided', sentence: 'orders is undecided' }],
        },
        { state: 'pending' },
        { state: 'pending' },
      ],
    });
    expect(shown(story)).not.toHaveProperty('endedAt');
  });

  it('shows why it is held only while it is', () => {
    const held = storyOf('held');
    expect(shown(held)?.hold).toMatchObject({ cause: 'no-verdict', batch: 'eu.1', since: held.at });
    expect(shown(held.does({ type: 'resume' }))).not.toHaveProperty('hold');
  });

  it('shows an end only when there is one: none while a completed release is rolled back', () => {
    const completed = storyOf('completed');
    expect(shown(completed)?.endedAt).toBe(completed.at);
    const turned = completed.does({ type: 'roll-back' });
    expect(shown(turned)).not.toHaveProperty('endedAt');
    expect(shown(turned)?.rollback).toEqual({ scope: 'release', batch: null, because: 'olga: no reason given' });
  });

  it('shows of a batch that is back that no unit runs the new version', () => {
    expect(shown(storyOf('rolled-back'))?.batches[0]).toMatchObject({ state: 'rolled-back', deployed: 0 });
  });

  it('shows a batch that is deployed again without what was seen of it before', () => {
    const again = storyOf('rolling-back').putsBack('eu.1', 'eu.1-1').advances().does({ type: 'resume' });
    expect(shown(again)?.batches[0]).toMatchObject({ state: 'deploying', observedUntil: null, verdicts: [] });
  });

  it('is plain JSON', () => {
    for (const status of ['held', 'completed', 'rolling-back'] as const) {
      const view = shown(storyOf(status));
      expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    }
  });
});
