import type { PlannedBatch } from '#domain';
import { bar, percent } from '../text/bar.js';
import { elide } from '../text/elide.js';
import { approvalText, findingLines } from '../text/findings.js';
import { type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { type Cell, type Column, table } from '../text/table.js';
import { count, figure } from '../text/words.js';
import type { Planned } from './inputs.js';
import { stagingLines } from './staging-lines.js';
import { unitNames } from './unit-names.js';

/** More rows than that nobody reads on a terminal. A pipe gets all of them. */
const MOST_ROWS = 60;

const COLUMNS: readonly Column[] = [
  { head: 'wave', align: 'right' },
  { head: 'batch', flexible: true },
  { head: 'cluster', flexible: true },
  { head: 'units', align: 'right' },
  { head: 'which', flexible: true },
  { head: 'interval', align: 'right' },
  { head: 'changed by then' },
];

/** A plan as people read it: what happens in which order, how long it takes, what the policy says, who has to approve. */
export function planText({ plan, release }: Planned, look: Look): Line[] {
  const { batches, waves, methods, duration, observation, findings, approval, staging } = plan;
  const { service, version, risk } = release.spec;
  const clusters = new Set(batches.map(({ cluster }) => cluster)).size;
  const units = batches.at(-1)?.cumulativeUnits ?? 0;
  const size = [
    count(units, 'unit'),
    count(clusters, 'cluster'),
    count(batches.length, 'batch'),
    count(waves.length, 'wave'),
  ];
  return [
    [span(plan.release, 'bold'), span(`  ${service} ${version}, ${risk} risk`)],
    [span(size.join(', '), 'dim')],
    ...(staging ? [[], ...stagingLines(staging, look)] : []),
    [],
    ...batchTable(batches, look),
    [],
    fact('methods', methods.join(', ') || 'none'),
    fact('duration', `${duration} from the first batch to completion, ${observation} of it observation`),
    ...(staging ? [fact('', `${staging.interval} of staging before that`)] : []),
    fact('approval', approvalText(approval)),
    ...(findings.length > 0 ? [[], ...findingLines(findings, look)] : []),
  ];
}

function fact(name: string, text: string): Line {
  return [span(name.padEnd(10), 'bold'), span(text)];
}

function batchTable(batches: readonly PlannedBatch[], look: Look): Line[] {
  const { first, hidden, last } = elide(batches, look.terminal ? MOST_ROWS : Number.POSITIVE_INFINITY);
  const more: Cell[][] = hidden > 0 ? [['', span(`… ${figure(hidden)} more`, 'dim'), '', '', '', '', '']] : [];
  return table(COLUMNS, [...first.map(batchRow), ...more, ...last.map(batchRow)], look);
}

function batchRow({ id, wave, cluster, units, interval, cumulativeShare }: PlannedBatch): Cell[] {
  return [
    String(wave),
    id,
    cluster,
    figure(units.length),
    span(unitNames(units), 'dim'),
    interval,
    [span(bar(cumulativeShare), 'cyan'), span(percent(cumulativeShare).padStart(7))],
  ];
}
