import { CONFLICT_RULE, FREEZE_RULE } from '../planning/rule-ids.js';
import { formatDuration } from '../values/duration.js';
import { adaptedIntervals } from './adaptive-intervals.js';
import { fitText, type ReleaseEvent } from './events.js';
import { observedFor, ranFor, runLeft } from './observation.js';
import { inTheWay, isForAnObstacle, type Obstacle } from './obstacle.js';
import { plannedBatch } from './plan-index.js';
import { isAborting, isStaging, validatorsOf } from './staging.js';
import type { BatchState, Started } from './state.js';
import { deadlineOf, gateAt, isJudgedGood, isWorkedThrough } from './waves.js';
import { units } from './wording.js';

/**
 * Looks whether something is due by itself; the events of one step, or none. A crash may cut a commit between any two
 * events, so each of them has to leave the release where the rules go on from. Obstacles are what is in the way outside
 * of the release; undefined when nobody has looked.
 */
export type AutomaticRule = (state: Started, now: number, obstacles?: readonly Obstacle[]) => readonly ReleaseEvent[];

type OfBatch = (state: Started, batch: BatchState, id: string, now: number, number: number) => readonly ReleaseEvent[];

const GOING: readonly Started['status'][] = ['running', 'held'];

/** Asks for each batch that is being worked on while the release goes forward. */
function eachActive(rule: OfBatch): AutomaticRule {
  return (state, now) => ofActive(rule, state, now, Number.POSITIVE_INFINITY);
}

/** The same until one has something due: for what concerns the whole release, and so changes things for the others. */
function firstActive(rule: OfBatch): AutomaticRule {
  return (state, now) => ofActive(rule, state, now, 1);
}

function ofActive(rule: OfBatch, state: Started, now: number, most: number): readonly ReleaseEvent[] {
  const due: ReleaseEvent[] = [];
  if (!GOING.includes(state.status) || isAborting(state)) return due;
  for (const number of state.active) {
    for (const event of rule(state, state.batches.at(number), plannedBatch(state.plan, number).id, now, number))
      due.push(event);
    if (due.length >= most) break;
  }
  return due;
}

const finishDeployment: OfBatch = (state, batch, id) => {
  if (batch.status !== 'deploying') return [];
  const { failed, deployed, inFlight, queue } = batch;
  const { failedUnits } = state.spec.limits;
  const doomed = failed > failedUnits && inFlight.length === 0;
  if (!doomed && !isWorkedThrough(batch)) return [];
  if (doomed || deployed === 0) {
    const sentence = `${failed} of ${units(queue.length)} of ${id} could not be deployed, at most ${failedUnits} may fail`;
    return [{ type: 'BatchFailed.v1', data: { batch: id, cause: 'units', sentence }, rule: 'OBS-2', reason: sentence }];
  }
  const reason = `${units(deployed)} of ${id} ${deployed === 1 ? 'runs' : 'run'} ${state.spec.version}, read back from each`;
  return [{ type: 'BatchDeployed.v1', data: { batch: id, deployed, failed }, rule: 'OBS-2', reason }];
};

const failOnVerdict: OfBatch = (_state, batch, id) => {
  if ((batch.status !== 'observing' && batch.status !== 'held') || batch.verdicts.size === 0) return [];
  const bad = [...batch.verdicts].find(([, judgement]) => judgement.verdict === 'failed');
  if (!bad) return [];
  const sentence = fitText(`${bad[0]}: ${bad[1].sentence}`);
  return [{ type: 'BatchFailed.v1', data: { batch: id, cause: 'verdict', sentence }, rule: 'OBS-1', reason: sentence }];
};

const passGate: OfBatch = (state, batch, id, now, number) => {
  if ((batch.status !== 'observing' && batch.status !== 'held') || isStaging(state, number)) return [];
  if (!isJudgedGood(state, number) || now < gateAt(state, number)) return [];
  const reason = `every validator passed and ${id} was observed for ${inWords(observedFor(state, number) ?? 0)}`;
  return [{ type: 'BatchPassed.v1', data: { batch: id }, rule: 'OBS-3', reason }];
};

/** Which verdicts a batch still needs, in words. */
function missingVerdicts(state: Started, batch: BatchState, id: string, number: number): string {
  const why = validatorsOf(state, number)
    .map((name) => ({ name, verdict: batch.verdicts.get(name)?.verdict ?? 'not judged yet' }))
    .filter(({ verdict }) => verdict !== 'passed')
    .map(({ name, verdict }) => `${name} is ${verdict}`);
  return fitText(`${id} is not confirmed stable: ${why.join(', ')}`);
}

const holdBatch: OfBatch = (state, batch, id, now, number) => {
  if (batch.status !== 'observing' || now < deadlineOf(state, number)) return [];
  // What has passed and is being emptied waits for its traffic, and for no verdict.
  if (isStaging(state, number) && state.traffic?.leaving) return [];
  const reason = missingVerdicts(state, batch, id, number);
  return [{ type: 'BatchHeld.v1', data: { batch: id }, rule: 'OBS-3', reason }];
};

const holdRelease: OfBatch = (state, batch, id, _now, number) => {
  if (state.status !== 'running' || batch.status !== 'held') return [];
  const sentence = missingVerdicts(state, batch, id, number);
  const data = { cause: 'no-verdict', sentence, batch: id } as const;
  return [{ type: 'ReleaseHeld.v1', data, rule: 'OBS-3', reason: sentence }];
};

/** Going wrong ends a pause: a person who stopped the way forward did not stop the way back. */
const reactToFailure: OfBatch = (state, batch, id, _now, number) => {
  if (batch.status !== 'failed') return [];
  const because = batch.failure?.sentence ?? `${id} has failed`;
  const { onFailure } = state.spec;
  if (onFailure === 'hold') {
    if (state.status === 'held' && WAITS_FOR_A_WAY_BACK.includes(state.hold.cause)) return [];
    const data = { cause: 'failed', sentence: because, batch: id } as const;
    return [{ type: 'ReleaseHeld.v1', data, rule: 'RBK-1', reason: because }];
  }
  const judgements = [
    ...batch.verdicts.values(),
    ...(isStaging(state, number) && state.traffic?.probe ? [state.traffic.probe] : []),
  ];
  const evidence = judgements.find((judgement) => judgement.verdict === 'failed')?.evidence ?? {};
  const scope = onFailure === 'rollback-batch' ? 'batch' : 'release';
  const data = { scope, batch: id, because, evidence } as const;
  return [{ type: 'RollbackStarted.v1', data, rule: 'RBK-2', reason: because }];
};

/** A person has to say what becomes of what went wrong already; that more of it goes wrong does not change this. */
const WAITS_FOR_A_WAY_BACK: readonly string[] = ['failed', 'rollback-failed'];

const liftHold: AutomaticRule = (state) => {
  if (state.status !== 'held' || state.hold.cause !== 'no-verdict') return [];
  if (state.active.some((number) => state.batches.at(number).status === 'held')) return [];
  return [{ type: 'ReleaseResumed.v1', data: {}, rule: 'OBS-3', reason: 'the verdicts that were missing are there' }];
};

/** What was in the way is gone. */
const liftObstacle: AutomaticRule = (state, _now, obstacles) => {
  if (state.status !== 'held' || !isForAnObstacle(state.hold.cause) || inTheWay(obstacles)?.length !== 0) return [];
  const reason = 'nothing is in the way any more';
  return [{ type: 'ReleaseResumed.v1', data: {}, rule: ruleOf(state.hold.cause), reason }];
};

function ruleOf(cause: string): string {
  return cause === 'freeze' ? FREEZE_RULE : CONFLICT_RULE;
}

/** It waits for another thing now, or for longer: who looks at it, or wakes it, has to know. */
const changeObstacle: AutomaticRule = (state, _now, obstacles) => {
  const [obstacle] = inTheWay(obstacles) ?? [];
  if (state.status !== 'held' || !isForAnObstacle(state.hold.cause) || !obstacle) return [];
  const { cause, until } = state.hold;
  return cause === obstacle.cause && until === obstacle.until ? [] : [heldBy(obstacle)];
};

const openGate: AutomaticRule = (state, _now, obstacles = []) => {
  if (state.status !== 'running' || state.active.length > 0) return [];
  const wave = state.openWave + 1;
  const batches = state.plan.waves[wave]?.map((number) => plannedBatch(state.plan, number).id);
  if (!batches) return runLeft(state) > 0 ? [] : [{ type: 'ReleaseCompleted.v1', data: {}, ...whyComplete(state) }];
  const [obstacle] = inTheWay(obstacles) ?? [];
  if (obstacle) return [heldBy(obstacle)];
  const { rule, reason } = whyOpened(wave, state);
  const told = [reason, ...obstacles.map(goesThrough)].join('; ');
  const opened: ReleaseEvent = { type: 'WaveOpened.v1', data: { wave, batches }, rule, reason: fitText(told) };
  return [...adaptedIntervals(state, wave), opened];
};

function whyComplete(state: Started): { rule: string; reason: string } {
  const observed = inWords(state.time.observed + state.time.observedInWave);
  return {
    rule: 'OBS-3',
    reason: `every batch has passed; it ran for ${inWords(ranFor(state))}, observed for ${observed}`,
  };
}

/** To whole seconds: what is less nobody asks for. */
function inWords(ms: number): string {
  return formatDuration(ms < 1_000 ? ms : Math.floor(ms / 1_000) * 1_000);
}

function heldBy(obstacle: Obstacle): ReleaseEvent {
  const { cause, until } = obstacle;
  const sentence = fitText(obstacle.sentence);
  const data = { cause, sentence, batch: null, ...(until === undefined ? {} : { until }) };
  return { type: 'ReleaseHeld.v1', data, rule: ruleOf(cause), reason: sentence };
}

function goesThrough({ sentence, allowedBy }: Obstacle): string {
  return `it goes through ${sentence}, allowed by ${allowedBy}`;
}

function whyOpened(wave: number, state: Started): { rule: string; reason: string } {
  if (wave === 1 && state.plan.staging) return { rule: 'STG-3', reason: 'staging has passed' };
  if (wave <= 1) return { rule: 'OBS-3', reason: 'the release has started' };
  return { rule: 'OBS-3', reason: `every batch of wave ${wave - 1} has passed` };
}

/** What happens on the way forward, in the order in which it is looked at: bad news first, the next wave last. */
export const AUTOMATIC_RULES: readonly AutomaticRule[] = [
  eachActive(failOnVerdict),
  firstActive(reactToFailure),
  eachActive(finishDeployment),
  eachActive(passGate),
  eachActive(holdBatch),
  firstActive(holdRelease),
  liftHold,
  liftObstacle,
  changeObstacle,
  openGate,
];
