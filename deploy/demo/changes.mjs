import { holdText } from './follow.mjs';
import { splitText } from './view.mjs';

/** @typedef {import('./api.mjs').Release} Release */
/** @typedef {import('./api.mjs').Staging} Staging */
/** @typedef {Pick<import('./api.mjs').Batch, 'id' | 'state' | 'units' | 'verdicts'>} Batch */

/**
 * Which verdicts say why a batch came to its state.
 * @type {Record<string, (verdict: string) => boolean>}
 */
const TELLING = {
  passed: () => true,
  failed: () => true,
  held: () => true,
  'rolling-back': (verdict) => verdict === 'failed',
};

/**
 * What is different between two looks at a release, one line for each change.
 * @param {Release | undefined} before
 * @param {Release} after
 * @returns {string[]}
 */
export function changes(before, after) {
  const was = new Map(before && batchesOf(before).map((batch) => [batch.id, batch.state]));
  const moved = batchesOf(after).filter(({ id, state }) => state !== (was.get(id) ?? 'pending'));
  const state = before?.state === after.state ? [] : [stateLine(after)];
  const traffic = after.staging ? trafficLines(before?.staging, after.staging) : [];
  // Traffic leaves before staging has passed, and because it has failed.
  const isLeft = after.staging?.state === 'passed';
  const batches = isLeft ? [...traffic, ...moved.flatMap(batchLines)] : [...moved.flatMap(batchLines), ...traffic];
  // It begins before its batches do, and ends after them.
  const lines = before ? [...batches, ...state] : [...state, ...batches];
  return lines.map((line) => `${after.name}  ${line}`);
}

/**
 * Staging and the batches of production.
 * @param {Release} release
 * @returns {Batch[]}
 */
function batchesOf({ staging, batches }) {
  return staging ? [staging, ...batches] : batches;
}

/**
 * What the probe found, and how much traffic goes to staging, where that is news.
 * @param {Staging | undefined} before
 * @param {Staging} after
 */
function trafficLines(before, { probe, traffic: { now, error } }) {
  const was = before?.traffic.now ?? { internal: '0%', production: '0%' };
  const isMoved = now.internal !== was.internal || now.production !== was.production;
  return [
    ...(probe && probe.sentence !== before?.probe?.sentence ? [`staging   ${probe.sentence}`] : []),
    ...(error && error !== before?.traffic.error ? [`staging   traffic could not be moved: ${error}`] : []),
    ...(isMoved ? [`staging takes ${splitText(now)}`] : []),
  ];
}

/** @param {Batch} batch */
function batchLines({ id, state, units, verdicts }) {
  const sentences = verdicts.filter(({ verdict }) => TELLING[state]?.(verdict));
  return [
    `${id} ${state} (${units.join(' ')})`,
    ...sentences.map(({ validator, verdict, sentence }) => `${id}   ${validator} ${verdict}: ${sentence}`),
  ];
}

/** @param {Release} release */
function stateLine({ state, hold }) {
  return state === 'held' && hold ? `held: ${holdText(hold)}` : state;
}
