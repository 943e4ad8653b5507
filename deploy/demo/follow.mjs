import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 300;
const LONGEST_MS = 240_000;
const LONGEST_HOLD_MS = 20_000;
const ENDS = new Set(['completed', 'rolled-back', 'aborted', 'withdrawn', 'rejected']);

/** A release that does not come to an end in time. */
export class StuckError extends Error {
  /** @override */
  name = 'StuckError';
}

/**
 * Looks at a release again and again until it has ended.
 * @param {import('./api.mjs').Api} api
 * @param {string} id
 * @param {(release: import('./api.mjs').Release) => unknown} onLook
 * @returns {Promise<import('./api.mjs').Release>} as it ended
 */
export async function follow(api, id, onLook) {
  const started = Date.now();
  let lastMove = started;
  for (;;) {
    /** @type {import('./api.mjs').Release} */
    const release = await api.get(`/v1/releases/${encodeURIComponent(id)}`);
    await onLook(release);
    if (ENDS.has(release.state)) return release;
    if (release.state !== 'held') lastMove = Date.now();
    if (Date.now() - lastMove > LONGEST_HOLD_MS || Date.now() - started > LONGEST_MS) {
      const why = release.hold ? `, held: ${holdText(release.hold)}` : '';
      throw new StuckError(`${release.name} is still ${release.state}${why}`);
    }
    await sleep(EVERY_MS);
  }
}

/** @param {unknown} hold */
export function holdText(hold) {
  if (typeof hold === 'object' && hold !== null && 'sentence' in hold) return String(hold.sentence);
  return typeof hold === 'string' ? hold : JSON.stringify(hold);
}
