import { type Sketch, TWO_WAVES } from './sketch.spec-support.js';
import { shifted, shiftFailed, storyAt, THROUGH_STAGING } from './staging-story.spec-support.js';
import type { ReleaseState } from './state.js';
import type { ReleaseStatus } from './status.js';
import { AUTHOR, PEER, running, Story, submitted } from './story.spec-support.js';

/** A plan that breaks a rule: core risk, but observed for ten minutes in all. A director has to approve it. */
export const RISKY: Sketch = { ...TWO_WAVES, interval: '5m', spec: { risk: 'core' } };

const READY = submitted();
const RUNNING = running();
const TURNED = RUNNING.deploys('eu.1').does({ type: 'roll-back', batch: 'eu.1' });

/** One release for each status, of batches eu.1, then eu.2 and us.1. */
const IN: Readonly<Record<ReleaseStatus, () => Story>> = {
  absent: () => Story.NOTHING,
  // Cut off just before the plan was complete.
  submitted: () => Story.NOTHING.with(READY.log.slice(0, -2), AUTHOR),
  planned: () => submitted({ ...TWO_WAVES, interval: '40m', spec: { risk: 'core' } }),
  escalated: () => submitted(RISKY),
  rejected: () => READY.does({ type: 'reject' }, PEER, 'not now'),
  withdrawn: () => READY.does({ type: 'withdraw' }),
  ready: () => READY,
  running: () => RUNNING,
  // By itself, because the verdict of its first batch is missing.
  held: () => RUNNING.deploys('eu.1').after('15m').advances(),
  // One batch, not the whole.
  'rolling-back': () => TURNED,
  'rolled-back': () => RUNNING.deploys('eu.1').does({ type: 'roll-back' }).putsBack('eu.1', 'eu.1-1').advances(),
  completed: () => RUNNING.passes('eu.1').deploys('eu.2').passes('us.1').judges('eu.2', 'passed').advances(),
  aborted: () => RUNNING.begins('eu.1', 'eu.1-1').does({ type: 'abort' }),
};

/** The change that lets the production traffic in has failed once, and is tried again. */
const HALF_OPEN = shiftFailed(storyAt('half-open'));

/** The same for releases that begin in staging: once they have started, as far as its traffic being let in. */
const THROUGH: Readonly<Record<ReleaseStatus, () => Story>> = {
  absent: () => Story.NOTHING,
  submitted: () => Story.NOTHING.with(submitted(THROUGH_STAGING).log.slice(0, -2), AUTHOR),
  planned: () => submitted({ ...THROUGH_STAGING, interval: '40m', spec: { risk: 'core' } }),
  escalated: () => submitted({ ...RISKY, staging: 2 }),
  rejected: () => submitted(THROUGH_STAGING).does({ type: 'reject' }, PEER, 'not now'),
  withdrawn: () => submitted(THROUGH_STAGING).does({ type: 'withdraw' }),
  ready: () => submitted(THROUGH_STAGING),
  running: () => HALF_OPEN,
  held: () => HALF_OPEN.does({ type: 'pause' }),
  'rolling-back': () => HALF_OPEN.does({ type: 'roll-back' }),
  'rolled-back': () => storyAt('deploying').does({ type: 'roll-back' }).advances(),
  completed: () => {
    const production = storyAt('passed').passes('eu.1').deploys('eu.2').passes('us.1');
    return production.judges('eu.2', 'passed').advances();
  },
  aborted: () => shifted(HALF_OPEN.does({ type: 'abort' }).advances()),
};

/** The state of a release that came to this status, and began in staging. */
export function stagedReleaseIn(status: ReleaseStatus): ReleaseState {
  return THROUGH[status]().state;
}

/** The story of a release that came to this status. */
export function storyOf(status: ReleaseStatus): Story {
  return IN[status]();
}

export function releaseIn(status: ReleaseStatus): ReleaseState {
  return storyOf(status).state;
}
