import { STAGING_VALIDATORS } from '../documents/release-flaws.js';
import { STAGING_BATCH } from '../planning/staging.js';
import type { TrafficSplit } from '../values/traffic.js';
import { type Sketch, TWO_WAVES } from './sketch.spec-support.js';
import type { TrafficState } from './state.js';
import { EXECUTOR, OBSERVER, running, type Story } from './story.spec-support.js';
import type { VerdictKind } from './verdict.js';

/** Two units of staging, then the two waves of production. Observed for ten minutes, judged by one log. */
export const THROUGH_STAGING: Sketch = { ...TWO_WAVES, staging: 2 };

export const CLOSED: TrafficSplit = { internal: '0%', production: '0%' };
export const INNER: TrafficSplit = { internal: '100%', production: '0%' };
export const WHOLE: TrafficSplit = { internal: '100%', production: '1%' };

/** The probe of what is deployed now comes to this, and what follows by itself is done. */
export function probed(story: Story, verdict: VerdictKind = 'passed'): Story {
  const { deployedAt } = story.batch(STAGING_BATCH);
  const judgement = { verdict, sentence: `the loop is ${verdict}`, evidence: { calls: 4 } };
  return story.does({ type: 'record-probe', deployedAt: deployedAt ?? '', ...judgement }, OBSERVER).advances();
}

/** The change that is under way works, and what follows by itself is done. */
export function shifted(story: Story): Story {
  return story.does({ type: 'record-traffic-shifted', shift: trafficOf(story).shift }, EXECUTOR).advances();
}

/** The change that is under way fails, and what follows by itself is done. */
export function shiftFailed(story: Story, retryable = true): Story {
  const error = { code: 'unreachable', message: 'the router does not answer', retryable };
  const { shift } = trafficOf(story);
  return story.does({ type: 'record-traffic-shift-failed', shift, error }, EXECUTOR).advances();
}

/** Every validator passes staging, those that every release has there too. */
export function judgedGood(story: Story, ...validators: string[]): Story {
  const all = validators.length > 0 ? validators : ['orders', ...STAGING_VALIDATORS];
  return all.reduce((so, validator) => so.judges(STAGING_BATCH, 'passed', validator), story).advances();
}

export function trafficOf({ started }: Story): TrafficState {
  if (!started.traffic) throw new Error('the release has no staging');
  return started.traffic;
}

export const PHASES = ['deploying', 'deployed', 'opening', 'half-open', 'observed', 'leaving', 'passed'] as const;
export type Phase = (typeof PHASES)[number];

/** On its way through staging, as far as this phase and no further. */
export function storyAt(phase: Phase, sketch: Sketch = THROUGH_STAGING): Story {
  const steps: Readonly<Record<Phase, () => Story>> = {
    deploying: () => running(sketch),
    // Its probe is awaited.
    deployed: () => storyAt('deploying', sketch).deploys(STAGING_BATCH),
    // The internal traffic is on its way in.
    opening: () => probed(storyAt('deployed', sketch)),
    // The internal traffic is there, that of production is on its way in.
    'half-open': () => shifted(storyAt('opening', sketch)),
    observed: () => shifted(storyAt('half-open', sketch)),
    // It has passed, and its traffic is on its way out.
    leaving: () => judgedGood(storyAt('observed', sketch).after('10m')),
    // The first wave of production is open.
    passed: () => shifted(storyAt('leaving', sketch)),
  };
  return steps[phase]();
}

/** The types of the events since a story, in short: `TrafficShiftStarted 100%/0% opening`. */
export function since(before: Story, after: Story): string[] {
  return after.log.slice(before.log.length).map((event) => {
    const type = event.type.replace('.v1', '');
    switch (event.type) {
      case 'TrafficShiftStarted.v1':
        return `${type} ${event.data.to.internal}/${event.data.to.production} ${event.data.cause}`;
      case 'TrafficShifted.v1':
        return `${type} ${event.data.to.internal}/${event.data.to.production}`;
      case 'ReleaseHeld.v1':
        return `${type} ${event.data.cause}`;
      case 'WaveOpened.v1':
        return `${type} ${event.data.wave}`;
      default:
        return 'unit' in event.data ? `${type} ${event.data.unit}` : type;
    }
  });
}
