import type { TrafficSplit } from '../values/traffic.js';
import { isStuck, type StagingNow, stagingNow } from './staging.js';
import type { Started } from './state.js';
import { isEnd } from './status.js';

/** What is to be done for a staging environment. Done twice, both are done once: a probe changes nothing, a split is absolute. */
export type StagingEffect =
  | { readonly kind: 'probe'; readonly deployedAt: string }
  | { readonly kind: 'shift'; readonly shift: number; readonly to: TrafficSplit };

/** The one thing that is due now. */
export function stagingEffect(state: Started, now: number): StagingEffect | null {
  const staging = stagingNow(state);
  if (!staging || isEnd(state.status)) return null;
  const { shifting, shift, target, retryAt } = staging.traffic;
  if (shifting) return isRipe(retryAt, now) ? { kind: 'shift', shift, to: target } : null;
  const { deployedAt } = staging.batch;
  const probes = state.status === 'running' && isToBeProbed(staging) && isRipe(staging.traffic.probeRetryAt, now);
  return probes && deployedAt !== null ? { kind: 'probe', deployedAt } : null;
}

function isToBeProbed({ batch, traffic }: StagingNow): boolean {
  if (batch.status !== 'observing' || isStuck(traffic)) return false;
  return traffic.probe === null || traffic.probeRetryAt !== null;
}

function isRipe(at: string | null, now: number): boolean {
  return at === null || Date.parse(at) <= now;
}

/** When something of staging is due that may not be due yet, in milliseconds since the epoch. */
export function stagingTimes(state: Started): number[] {
  const { traffic } = state;
  return [traffic?.retryAt, traffic?.probeRetryAt].flatMap((at) => (at ? [Date.parse(at)] : []));
}
