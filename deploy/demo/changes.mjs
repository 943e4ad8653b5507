import { holdText } from './follow.mjs';

/** @typedef {import('./api.mjs').Release} Release */
/** @typedef {import('./api.mjs').Batch} Batch */

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
  const was = new Map(before?.batches.map((batch) => [batch.id, batch.state]));
  const moved = after.batches.filter(({ id, state }) => state !== (was.get(id) ?? 'pending'));
  const state = before?.state === after.state ? [] : [stateLine(after)];
  const batches = moved.flatMap(batchLines);
  // It begins before its batches do, and ends after them.
  const lines = before ? [...batches, ...state] : [...state, ...batches];
  return lines.map((line) => `${after.name}  ${line}`);
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
