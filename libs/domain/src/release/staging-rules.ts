import { isSameSplit, type TrafficSplit } from '../values/traffic.js';
import type { AutomaticRule } from './automatic-rules.js';
import { fitText, type ReleaseEvent, type TrafficCause } from './events.js';
import { plannedBatch } from './plan-index.js';
import { isAborting, isShut, isStuck, type StagingNow, stagingNow, wishedSplit } from './staging.js';
import type { Started } from './state.js';
import { gateAt, isJudgedGood } from './waves.js';

const WHY: Readonly<Record<TrafficCause, string>> = {
  opening: 'staging is deployed and its calls stay inside',
  passed: 'staging has passed; its traffic leaves before production opens',
  failed: 'staging must not have traffic now',
  rollback: 'on the way back traffic leaves first',
  abort: 'the release is being aborted; traffic leaves staging first',
};

/** What each rule of staging needs to look at; nothing is due for a release without it. */
function ofStaging(rule: (state: Started, staging: StagingNow, now: number) => readonly ReleaseEvent[]): AutomaticRule {
  return (state, now) => {
    const staging = stagingNow(state);
    return staging ? rule(state, staging, now) : [];
  };
}

/** STG-2: calls that do not stay inside are found before any traffic comes. */
const failOnProbe = ofStaging((state, { batch, traffic, number }) => {
  if (traffic.probe?.verdict !== 'failed') return [];
  if ((batch.status !== 'observing' && batch.status !== 'held') || isAborting(state)) return [];
  const { id } = plannedBatch(state.plan, number);
  const sentence = fitText(`probe: ${traffic.probe.sentence}`);
  return [{ type: 'BatchFailed.v1', data: { batch: id, cause: 'verdict', sentence }, rule: 'STG-2', reason: sentence }];
});

/** STG-1: brings the traffic where it should be, one change at a time; a change of mind does not wait for the last one. */
const shiftTraffic = ofStaging((state, staging, now) => {
  const { traffic, number } = staging;
  const isOver = now >= gateAt(state, number) && isJudgedGood(state, number);
  const { split, cause } = wishedSplit(state, staging, isOver);
  // What was given up is tried again once a person has gone on, which clears its error; until then the release is held.
  const again = isStuck(traffic) && traffic.error === null && state.status === 'running';
  if (isSameSplit(split, traffic.target) && !again) return [];
  const shift = traffic.shift + 1;
  const { id } = plannedBatch(state.plan, number);
  const data = {
    batch: id,
    shift,
    key: `${state.release}/${id}/shift-${shift}`,
    from: traffic.split,
    to: plain(split),
    cause,
  };
  return [{ type: 'TrafficShiftStarted.v1', data, rule: 'STG-1', reason: WHY[cause] }];
});

function plain({ internal, production }: TrafficSplit): TrafficSplit {
  return { internal, production };
}

/** STG-3: production opens only after staging has passed and its traffic has left, and nothing bad was found meanwhile. */
const passStaging = ofStaging((state, { batch, traffic, number }) => {
  if ((batch.status !== 'observing' && batch.status !== 'held') || !traffic.leaving || !isShut(state)) return [];
  if ([...batch.verdicts.values()].some(({ verdict }) => verdict === 'failed')) return [];
  const { id } = plannedBatch(state.plan, number);
  const reason = `every validator passed, ${id} was observed for ${batch.interval}, and its traffic has left`;
  return [{ type: 'BatchPassed.v1', data: { batch: id }, rule: 'STG-3', reason }];
});

/** The environment cannot be probed, or the router does not do what it is told: a person has to look. */
const holdStaging = ofStaging((state, { batch, traffic, number }) => {
  if (state.status !== 'running' || batch.status !== 'observing') return [];
  const why = whyStuck(traffic);
  if (why === null) return [];
  const data = { cause: 'staging', sentence: fitText(why), batch: plannedBatch(state.plan, number).id } as const;
  return [{ type: 'ReleaseHeld.v1', data, rule: 'STG-1', reason: data.sentence }];
});

function whyStuck(traffic: StagingNow['traffic']): string | null {
  const { probe, probeRetryAt, error } = traffic;
  const unprobed = probe && probe.verdict !== 'passed' && probe.verdict !== 'failed' && probeRetryAt === null;
  if (unprobed) return `the closed loop could not be probed: ${probe.sentence}`;
  return isStuck(traffic) && error ? `the traffic could not be moved: ${error.message}` : null;
}

const finishAbort: AutomaticRule = (state) => {
  if (!isAborting(state) || !isShut(state)) return [];
  return [
    { type: 'ReleaseAborted.v1', data: {}, rule: 'STG-1', reason: state.status === 'held' ? state.hold.sentence : '' },
  ];
};

/** The stage before production, in the order in which it is looked at. */
export const STAGING_RULES: readonly AutomaticRule[] = [
  failOnProbe,
  shiftTraffic,
  passStaging,
  holdStaging,
  finishAbort,
];
