import { style } from '../local/log.mjs';
import { judge } from './claims.mjs';
import { table } from './table.mjs';
import { requestsLine, sidesLine } from './view.mjs';

// What happened to each unit and what each validator said in between: too much for a page, and all in the audit.
const DETAILS = new Set([
  'BatchPlanned',
  'ReleasePlanned',
  'UnitDeployStarted',
  'UnitDeployed',
  'UnitRollbackStarted',
  'VerdictReached',
]);

const COLUMNS = [
  { heading: 'UTC', widest: 8 },
  { heading: 'who', widest: 24 },
  { heading: 'what', widest: 80 },
  { heading: 'why', widest: 60 },
];

/**
 * Who did what and why, as the audit tells it.
 * @param {string} id
 * @param {import('./api.mjs').AuditEntry[]} entries
 */
export function auditReport(id, entries) {
  const shown = entries.filter(({ type }) => !DETAILS.has(type.split('.')[0] ?? type));
  const rows = shown.map(({ at, actor, sentence, reason = '' }) => [
    at.slice(11, 19),
    `${actor.kind} ${actor.id}`,
    sentence,
    sentence.includes(reason) ? '' : reason,
  ]);
  const rest = `and ${entries.length - shown.length} more, unit by unit and verdict by verdict (sluice audit release ${id})`;
  return `\n${style('bold', `What happened: ${id}`)}\n${table(COLUMNS, rows)}\n${style('dim', rest)}`;
}

/** @param {import('./claims.mjs').Facts} facts */
export function outcomeReport(facts) {
  const claims = judge(facts).map(({ claim, holds }) =>
    holds ? `  ${style('green', '✓')} ${claim}` : `  ${style('red', '✗ NOT SO:')} ${claim}`,
  );
  return [
    `\n${style('bold', 'The fleet, as the units say')}`,
    ...fleetLines(facts.fleet),
    `\n${style('bold', 'Staging, as its units say')}`,
    ...fleetLines(facts.staging),
    `\n${style('bold', 'What users saw')}`,
    `  ${requestsLine(facts.totals)}`,
    `  ${sidesLine(facts.totals)}`,
    `\n${style('bold', 'Outcome')}`,
    ...claims,
    '',
  ].join('\n');
}

/**
 * One line for each version.
 * @param {Record<string, string | null>} fleet
 */
function fleetLines(fleet) {
  /** @type {Map<string, string[]>} */
  const units = new Map();
  for (const [unit, version] of Object.entries(fleet)) {
    const name = version ?? 'nothing';
    units.set(name, [...(units.get(name) ?? []), unit]);
  }
  return [...units].map(
    ([version, ids]) => `  ${version}: ${ids.length} of ${Object.keys(fleet).length} (${ids.join(' ')})`,
  );
}
