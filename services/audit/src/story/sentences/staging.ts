import { isClosed, ROUTER_KINDS, type TrafficSplit, toBasisPoints } from '#domain';
import type { EventData } from '../events.js';
import { count } from '../wording.js';
import { again } from './carrying-out.js';
import type { Sentences } from './sentences.js';

/** The stage before production: its plan, the probe of its closed loop, and every change of its traffic. */
export const STAGING: Sentences<
  'StagingPlanned.v1' | 'StagingProbed.v1' | 'TrafficShiftStarted.v1' | 'TrafficShifted.v1' | 'TrafficShiftFailed.v1'
> = {
  'StagingPlanned.v1': ({ environment, spec, traffic }) =>
    `begins in ${environment}, a stack of ${count(spec.services.length, 'service')} behind ${routerOf(spec)}, which ` +
    `is to get ${planned(traffic)}`,
  'StagingProbed.v1': ({ verdict, sentence, retryAt }) => {
    if (verdict === 'passed') return `the closed loop held: ${sentence}`;
    if (verdict === 'failed') return `the closed loop leaks: ${sentence}`;
    return `the closed loop could not be tried out (${verdict}): ${sentence}; ${again(retryAt)}`;
  },
  'TrafficShiftStarted.v1': ({ shift, from, to }) =>
    isClosed(to)
      ? `taking ${isClosed(from) ? 'all traffic' : share(from)} out of staging (change ${shift})`
      : `letting ${share(to)} into staging (change ${shift})`,
  'TrafficShifted.v1': ({ to }) =>
    isClosed(to)
      ? 'traffic has left staging: nothing goes there, and nothing is under way any more'
      : `${share(to)} goes to staging now`,
  'TrafficShiftFailed.v1': ({ shift, error, retryAt }) =>
    `could not move the traffic (change ${shift}): ${error.message} [${error.code}]; ${again(retryAt)}`,
};

function routerOf({ router }: EventData<'StagingPlanned.v1'>['spec']): string {
  return ROUTER_KINDS.find((kind) => router[kind] !== undefined) ?? 'a router';
}

/** Of a split that lets something in. */
function share({ internal, production }: TrafficSplit): string {
  const parts = [
    ...(toBasisPoints(internal) > 0 ? [`${internal} of internal`] : []),
    ...(toBasisPoints(production) > 0 ? [`${production} of production`] : []),
  ];
  return `${parts.join(' and ')} traffic`;
}

function planned({ internal, production, mode }: EventData<'StagingPlanned.v1'>['traffic']): string {
  const traffic = share({ internal, production });
  return mode === 'mirror' ? `copies of ${traffic}` : traffic;
}
