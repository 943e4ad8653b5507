import type { BatchView } from '#domain';
import { hanging, type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { type Cell, type Column, table } from '../text/table.js';
import { clockTime } from '../text/time.js';
import { figure } from '../text/words.js';
import { BATCH_STYLE, VERDICT_LOOKS } from './states.js';

const COLUMNS: readonly Column[] = [
  { head: 'wave', align: 'right' },
  { head: 'batch', flexible: true },
  { head: 'units', align: 'right' },
  { head: 'state' },
  { head: 'verdicts', flexible: true },
  { head: 'until' },
];

/** A line for each batch. When there are more than `most`, those where something is going on are kept in sight. */
export function batchTable(batches: readonly BatchView[], look: Look, most: number): Line[] {
  const { before, shown, after } = windowOn(batches, most);
  const rows = [...hiddenRow(before), ...shown.map((batch) => batchRow(batch, look)), ...hiddenRow(after)];
  return table(COLUMNS, rows, look);
}

/** A batch of production or of staging, as far as it is judged. */
type Judged = Pick<BatchView, 'id' | 'verdicts' | 'confirmations'>;

/** What validators and people said where it matters: of batches that are not simply on their way. */
export function judgementLines(batches: readonly Judged[], look: Look, most = Number.POSITIVE_INFINITY): Line[] {
  return batches
    .flatMap(({ id, verdicts, confirmations }) => [
      ...verdicts
        .filter(({ verdict }) => verdict !== 'passed')
        .map(({ validator, verdict, sentence }) => ({
          heading: [span(`${id} `, 'bold'), span(`${validator} ${verdict}`, VERDICT_LOOKS[verdict].style), span(': ')],
          sentence,
        })),
      ...confirmations.map(({ actor, at, seen }) => ({
        heading: [span(`${id} `, 'bold'), span(`confirmed by ${actor}`, 'green'), span(`, ${clockTime(at)}: `)],
        sentence: seen,
      })),
    ])
    .slice(-most)
    .flatMap(({ heading, sentence }) => hanging(heading, sentence, look));
}

function batchRow(
  { id, wave, units, state, deployed, failed, verdicts, observedUntil }: BatchView,
  look: Look,
): Cell[] {
  const done = state === 'pending' ? figure(units.length) : `${figure(deployed)}/${figure(units.length)}`;
  return [
    String(wave),
    id,
    failed > 0 ? [span(`${figure(failed)} failed `, 'red'), span(done)] : done,
    span(state, BATCH_STYLE[state]),
    verdictSpans(verdicts, look),
    observedUntil && state !== 'pending' ? clockTime(observedUntil) : '',
  ];
}

/** `✓ errors ? latency`; spelled out in a pipe. */
export function verdictSpans(verdicts: BatchView['verdicts'], look: Look): Line {
  return verdicts.flatMap(({ validator, verdict }, i) => {
    const { mark, style } = VERDICT_LOOKS[verdict];
    const text = look.terminal ? `${mark} ${validator}` : `${validator}=${verdict}`;
    return [span(i > 0 ? ' ' : ''), span(text, style)];
  });
}

interface Window {
  readonly before: readonly BatchView[];
  readonly shown: readonly BatchView[];
  readonly after: readonly BatchView[];
}

/** So many batches, begun a little before the first one that is under way. */
function windowOn(batches: readonly BatchView[], most: number): Window {
  if (batches.length <= most) return { before: [], shown: batches, after: [] };
  const busy = batches.findIndex(({ state }) => state !== 'passed' && state !== 'pending');
  const first = busy >= 0 ? busy : batches.findIndex(({ state }) => state === 'pending');
  const start = Math.max(0, Math.min(first < 0 ? 0 : first - 2, batches.length - most));
  const end = start + most;
  return { before: batches.slice(0, start), shown: batches.slice(start, end), after: batches.slice(end) };
}

/** `… 120 more, 118 passed`. */
function hiddenRow(batches: readonly BatchView[]): Cell[][] {
  if (batches.length === 0) return [];
  const states = new Map<string, number>();
  for (const { state } of batches) states.set(state, (states.get(state) ?? 0) + 1);
  const summary = [...states].map(([state, number]) => `${figure(number)} ${state}`).join(', ');
  return [['', span(`… ${figure(batches.length)} more`, 'dim'), '', '', span(summary, 'dim'), '']];
}
