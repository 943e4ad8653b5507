import { CLOSED } from '../values/traffic.js';
import type { RecordedReleaseEvent } from './events.js';
import { plannedBatch } from './plan-index.js';
import { isWhollyIn, type StagingNow, stagingNow } from './staging.js';
import type { Started, TrafficState } from './state.js';

type Of<T extends RecordedReleaseEvent['type']> = Extract<RecordedReleaseEvent, { type: T }>;
export type TrafficEvent = Of<
  'StagingProbed.v1' | 'TrafficShiftStarted.v1' | 'TrafficShifted.v1' | 'TrafficShiftFailed.v1'
>;

/** Before anything was moved. */
export const NO_TRAFFIC: TrafficState = {
  split: CLOSED,
  target: CLOSED,
  shift: 0,
  shifting: false,
  tries: 0,
  retryAt: null,
  error: null,
  probe: null,
  probeTries: 0,
  probeRetryAt: null,
  leaving: false,
};

/** What happens to the traffic of a staging environment, and when its observation begins. */
export function evolveTraffic(state: Started, event: TrafficEvent): Started {
  const staging = stagingNow(state);
  if (!staging || event.data.batch !== plannedBatch(state.plan, staging.number).id) return state;
  const traffic = trafficAfter(staging.traffic, event);
  const batch = observedOnceIn({ ...staging, traffic }, event.at, state.time.total);
  return { ...state, traffic, batches: state.batches.with(staging.number, batch) };
}

function trafficAfter(traffic: TrafficState, event: TrafficEvent): TrafficState {
  switch (event.type) {
    case 'StagingProbed.v1': {
      const { verdict, sentence, evidence, retryAt } = event.data;
      const probe = { verdict, sentence, evidence, at: event.at };
      return { ...traffic, probe, probeTries: traffic.probeTries + 1, probeRetryAt: retryAt };
    }
    case 'TrafficShiftStarted.v1': {
      const { shift, to, cause } = event.data;
      const leaving = traffic.leaving || cause === 'passed';
      return { ...traffic, ...FRESH, target: to, shift, shifting: true, leaving };
    }
    case 'TrafficShifted.v1':
      if (event.data.shift !== traffic.shift) return traffic;
      return { ...traffic, ...FRESH, split: event.data.to, shifting: false };
    case 'TrafficShiftFailed.v1': {
      const { shift, error, retryAt } = event.data;
      if (shift !== traffic.shift) return traffic;
      return { ...traffic, error, retryAt, tries: traffic.tries + 1, shifting: retryAt !== null };
    }
  }
}

const FRESH = { tries: 0, retryAt: null, error: null } as const;

/** The interval begins when all of the traffic is there for the first time. */
function observedOnceIn(staging: StagingNow, at: string, since: number): StagingNow['batch'] {
  const { batch } = staging;
  const begins = batch.status === 'observing' && batch.observedFrom === null && isWhollyIn(staging);
  return begins ? { ...batch, observedFrom: at, observedSince: since, resumedAt: null } : batch;
}

/** A person went on from a hold: what was given up is tried again. */
export function withNewTries(traffic: TrafficState): TrafficState {
  const probe = traffic.probe?.verdict === 'passed' || traffic.probe?.verdict === 'failed' ? traffic.probe : null;
  return { ...traffic, tries: 0, error: null, probe, probeTries: 0, probeRetryAt: null };
}

/** The environment is deployed anew: nothing that was found out about it counts any more. */
export function unprobed(traffic: TrafficState): TrafficState {
  return { ...traffic, probe: null, probeTries: 0, probeRetryAt: null, leaving: false };
}
