import { style } from '../local/log.mjs';

/** @typedef {import('./api.mjs').Release} Release */
/** @typedef {import('./api.mjs').Batch} Batch */
/** @typedef {import('./api.mjs').Staging} Staging */
/** @typedef {import('./load.mjs').Totals} Totals */
/** @typedef {import('./load.mjs').Counts} Counts */
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
const INDENT = ' '.repeat(12);
// What is worth a line of its own while a release runs.
const TELLING = new Set(['observing', 'failed', 'held', 'rolling-back', 'rolled-back']);
// What only staging is judged by stays to be read when it has passed.
const STAGING_OWN = new Set(['closed-loop', 'traffic-share']);

/**
 * A release as it is drawn: a line for staging and for each batch, and what the validators say where it matters.
 * @param {Release} release
 * @param {Totals} totals
 * @returns {string[]}
 */
export function releaseView({ name, state, staging, batches }, totals) {
  return [
    '',
    `${style('bold', name)}  ${state}`,
    ...(staging ? stagingView(staging) : []),
    ...batches.flatMap((batch) => batchView(`wave ${batch.wave}`, batch)),
    style('dim', requestsLine(totals)),
    style('dim', sidesLine(totals)),
  ];
}

/** @param {Totals} totals */
export function requestsLine({ requests, failed, byVersion }) {
  const versions = Object.entries(byVersion)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([version, counts]) => `${version}: ${countsText(counts)}`);
  return `requests: ${number(requests)}, ${number(failed)} failed (${versions.join('; ')})`;
}

/**
 * Which stack answered whom.
 * @param {Totals} totals
 */
export function sidesLine({ bySide: { users, internal } }) {
  return `staging answered users: ${countsText(users.staging)}; people inside: ${countsText(internal.staging)}`;
}

/** @param {import('./api.mjs').Split} split */
export function splitText({ internal, production }) {
  return `${internal} of the internal traffic and ${production} of the users`;
}

/** @param {Staging} staging */
function stagingView(staging) {
  const { state, traffic, probe, verdicts } = staging;
  const isOpen = TELLING.has(state);
  const own = state === 'passed' ? verdicts.filter(({ validator }) => STAGING_OWN.has(validator)) : [];
  return [
    ...batchView('staging', staging),
    ...own.map(verdictLine),
    ...(isOpen && probe ? [`${INDENT}${probe.sentence}`] : []),
    ...(isOpen ? [`${INDENT}takes ${splitText(traffic.now)}`] : []),
    ...(traffic.error ? [`${INDENT}traffic could not be moved: ${traffic.error}`] : []),
  ];
}

/**
 * @param {string} place
 * @param {Pick<Batch, 'id' | 'state' | 'units' | 'verdicts'>} batch
 */
function batchView(place, { id, state, units, verdicts }) {
  const { mark, format } = LOOKS[state] ?? PLAIN;
  const name = id === place ? '' : id;
  const line = `  ${place.padEnd(7)} ${style(format, `${mark} ${name.padEnd(8)} ${state.padEnd(12)}`)} ${units.join(' ')}`;
  const sentences = TELLING.has(state) ? verdicts : [];
  return [line, ...sentences.map(verdictLine)];
}

/** @param {import('./api.mjs').Verdict} verdict */
function verdictLine({ validator, verdict, sentence }) {
  return `${INDENT}${validator} ${verdict}: ${sentence}`;
}

/** @param {Counts} counts */
function countsText({ requests, failed }) {
  return `${number(requests)}, ${number(failed)} failed`;
}

/** @param {number} value */
function number(value) {
  return value.toLocaleString('en-GB');
}
