import { describe, expect, it } from '@jest/globals';
import { TWO_WAVES } from './sketch.spec-support.js';
import {
  CLOSED,
  INNER,
  PHASES,
  type Phase,
  probed,
  shifted,
  shiftFailed,
  storyAt,
  THROUGH_STAGING,
  WHOLE,
} from './staging-story.spec-support.js';
import { running, type Story, submitted } from './story.spec-support.js';
import { viewRelease } from './view.js';

const shown = (story: Story) => viewRelease(story.state, story.log.length - 1);
const PASSED = { verdict: 'passed', sentence: 'the loop is passed', at: '2026-01-05T08:00:00.000Z' };

describe('a release that begins in staging, as it is shown', () => {
  it('shows its environment before the start', () => {
    expect(shown(submitted(THROUGH_STAGING))?.staging).toEqual({
      id: 'staging',
      environment: 'checkout-staging',
      units: ['staging-1', 'staging-2'],
      state: 'pending',
      interval: '10m',
      deployed: 0,
      failed: 0,
      observedUntil: null,
      verdicts: [],
      confirmations: [],
      traffic: { mode: 'split', asked: WHOLE, now: CLOSED, shiftingTo: null, error: null },
      probe: null,
    });
  });

  it('shows the batches of production only among its batches, and counts only their units', () => {
    const view = shown(storyAt('observed'));
    expect(view?.batches.map(({ id, wave }) => `${id} in wave ${wave}`)).toEqual([
      'eu.1 in wave 1',
      'eu.2 in wave 2',
      'us.1 in wave 2',
    ]);
    expect(view?.plan?.units).toBe(5);
  });

  it.each<[Phase, object]>([
    ['deploying', { state: 'deploying', probe: null, traffic: { now: CLOSED, shiftingTo: null } }],
    ['deployed', { state: 'observing', deployed: 2, probe: null, traffic: { now: CLOSED, shiftingTo: null } }],
    ['opening', { state: 'observing', probe: PASSED, traffic: { now: CLOSED, shiftingTo: INNER } }],
    ['half-open', { observedUntil: null, traffic: { now: INNER, shiftingTo: WHOLE } }],
    ['observed', { observedUntil: '2026-01-05T08:10:00.000Z', traffic: { now: WHOLE, shiftingTo: null } }],
    ['leaving', { state: 'observing', traffic: { now: WHOLE, shiftingTo: CLOSED } }],
    ['passed', { state: 'passed', traffic: { asked: WHOLE, now: CLOSED, shiftingTo: null } }],
  ])('shows where its traffic stands: %s', (phase, staging) => {
    expect(shown(storyAt(phase))?.staging).toMatchObject(staging);
  });

  it('shows what was found of it, and by whom', () => {
    expect(shown(storyAt('leaving'))?.staging?.verdicts).toEqual([
      { validator: 'orders', verdict: 'passed', sentence: 'orders is passed' },
      { validator: 'closed-loop', verdict: 'passed', sentence: 'closed-loop is passed' },
      { validator: 'traffic-share', verdict: 'passed', sentence: 'traffic-share is passed' },
    ]);
  });

  it('shows why its traffic does not move, until it does', () => {
    const failing = shiftFailed(storyAt('opening'));
    expect(shown(failing)?.staging?.traffic).toMatchObject({ shiftingTo: INNER, error: 'the router does not answer' });
    expect(shown(shifted(failing))?.staging?.traffic).toMatchObject({ error: null });
    const givenUp = shiftFailed(storyAt('opening'), false);
    expect(shown(givenUp)).toMatchObject({
      hold: { cause: 'staging' },
      staging: { traffic: { shiftingTo: null, error: 'the router does not answer' } },
    });
  });

  it('shows what the probe says, also when it says nothing good', () => {
    expect(shown(probed(storyAt('deployed'), 'failed'))?.staging).toMatchObject({
      state: 'rolling-back',
      probe: { verdict: 'failed', sentence: 'the loop is failed' },
    });
  });

  it('shows that it is being aborted', () => {
    const aborting = storyAt('observed').does({ type: 'abort' }).advances();
    expect(shown(aborting)).toMatchObject({
      state: 'held',
      hold: { cause: 'aborting' },
      staging: { traffic: { now: WHOLE, shiftingTo: CLOSED } },
    });
  });

  it.each(PHASES)('is plain JSON: %s', (phase) => {
    const view = shown(storyAt(phase));
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
  });
});

describe('a release that goes straight to production, as it is shown', () => {
  it('has nothing to show of staging', () => {
    expect(shown(running(TWO_WAVES))).not.toHaveProperty('staging');
  });
});
