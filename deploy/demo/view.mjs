import { style } from '../local/log.mjs';

/** @typedef {import('./api.mjs').Release} Release */
/** @typedef {import('./api.mjs').Batch} Batch */
/** @typedef {Parameters<typeof style>[0]} Format */

/** @type {Record<string, { mark: string, format: Format }>} */
const LOOKS = {
  pending: { mark: '·', format: 'dim' },
  deploying: { mark: '>', format: 'cyan' },
  observing: { mark: 'o', format: 'yellow' },
  passed: { mark: '✓', format: 'green' },
  failed: { mark: '✗', format: 'red' },
  held: { mark: '=', format: 'magenta' },
  'rolling-back': { mark: '<', format: 'magenta' },
  'rolled-back': { mark: '<', format: 'magenta' },
};
const PLAIN = { mark: ' ', format: /** @type {Format} */ ('reset') };
// What is worth a line of its own while a release runs.
const TELLING = new Set(['observing', 'failed', 'held', 'rolling-back', 'rolled-back']);

/**
 * A release as it is drawn: a line for each batch, and what the validators say where it matters.
 * @param {Release} release
 * @param {import('./load.mjs').Totals} totals
 * @returns {string[]}
 */
export function releaseView(release, totals) {
  return [
    '',
    `${style('bold', release.name)}  ${release.state}`,
    ...release.batches.flatMap(batchView),
    style('dim', requestsLine(totals)),
  ];
}

/** @param {import('./load.mjs').Totals} totals */
export function requestsLine({ requests, failed, byVersion }) {
  const versions = Object.entries(byVersion)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([version, counts]) => `${version}: ${number(counts.requests)}, ${number(counts.failed)} failed`);
  return `requests: ${number(requests)}, ${number(failed)} failed (${versions.join('; ')})`;
}

/** @param {Batch} batch */
function batchView({ id, wave, state, units, verdicts }) {
  const { mark, format } = LOOKS[state] ?? PLAIN;
  const line = `  wave ${wave}  ${style(format, `${mark} ${id.padEnd(8)} ${state.padEnd(12)}`)} ${units.join(' ')}`;
  const sentences = TELLING.has(state) ? verdicts : [];
  return [
    line,
    ...sentences.map(({ validator, verdict, sentence }) => `            ${validator} ${verdict}: ${sentence}`),
  ];
}

/** @param {number} value */
function number(value) {
  return value.toLocaleString('en-GB');
}
