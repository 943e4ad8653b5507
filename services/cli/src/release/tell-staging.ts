import { isClosed, type TrafficCause } from '#domain';
import { splitText } from '../text/traffic.js';
import type { Tale } from './tale.js';

const LEAVING: Readonly<Record<TrafficCause, string>> = {
  opening: 'nothing is to go there now',
  passed: 'it has passed',
  failed: 'it is not to have traffic now',
  rollback: 'a rollback takes the traffic away first',
  abort: 'an abort takes the traffic away first',
};

/** What is worth a line of the stage before production: the probe, and each change of the traffic. */
export const STAGING_TALE: Tale = {
  'StagingProbed.v1': ({ verdict, sentence, retryAt }) => {
    if (verdict === 'passed') return `staging probed, its calls stay inside: ${sentence}`;
    if (verdict === 'failed') return `leak found in staging: ${sentence}`;
    return `staging probed, ${verdict}: ${sentence}${retryAt ? '; to be tried again' : ''}`;
  },
  'TrafficShiftStarted.v1': ({ to, cause }) =>
    isClosed(to) ? `draining staging: ${LEAVING[cause]}` : `letting traffic into staging: ${splitText(to)}`,
  'TrafficShifted.v1': ({ to }) => (isClosed(to) ? 'staging is drained' : `staging has ${splitText(to)} traffic now`),
  'TrafficShiftFailed.v1': ({ error, retryAt }) =>
    `the traffic could not be moved: ${error.message}${retryAt ? '; to be tried again' : ''}`,
};
