import type { PlannedBatch, Timetable } from '#domain';
import { bar, percent } from '../text/bar.js';
import { elide } from '../text/elide.js';
import { type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { type Cell, type Column, table } from '../text/table.js';
import { count, figure } from '../text/words.js';
import { opensText, waitsText } from './times-text.js';
import { unitNames } from './unit-names.js';

/** More than that nobody reads on a terminal. A pipe gets all of it. */
const MOST_WAVES = 20;
const MOST_ROWS = 60;
const FEWEST_ROWS_OF_A_WAVE = 3;

const COLUMNS: readonly Column[] = [
  { head: 'batch', flexible: true },
  { head: 'cluster', flexible: true },
  { head: 'units', align: 'right' },
  { head: 'which', flexible: true },
  { head: 'interval', align: 'right' },
];

interface Wave {
  readonly number: number;
  readonly batches: readonly PlannedBatch[];
}

/**
 * The waves one below another, for a terminal: how much has changed after each and when it opens, then a table of its
 * batches. The columns are the same in all of them, so their heads are there once.
 */
export function wavesText(batches: readonly PlannedBatch[], times: Timetable, look: Look): Line[] {
  const waves = wavesOf(batches);
  const { first, hidden, last } = elide(waves, MOST_WAVES);
  const shown = [...first, ...last];
  const most = Math.max(FEWEST_ROWS_OF_A_WAVE, Math.floor(MOST_ROWS / shown.length));
  const blocks = shown.map((wave) => ({ wave, rows: rowsOf(wave, most) }));
  const width = `wave ${waves.length}  `.length;
  const room = { ...look, width: look.width - width };
  const lines = table(
    COLUMNS,
    blocks.flatMap(({ rows }) => rows),
    room,
  ).map((line) => [span(' '.repeat(width)), ...line]);
  let next = lines.length - blocks.reduce((sum, { rows }) => sum + rows.length, 0);
  const heads = lines.slice(0, next);
  const drawn = blocks.map(({ wave, rows }) => {
    const own = lines.slice(next, next + rows.length);
    next += rows.length;
    return [...waveLines(wave, times, width), ...own];
  });
  const left = hidden > 0 ? hiddenWaves(waves.slice(first.length, first.length + hidden)) : [];
  return [...heads, ...drawn.slice(0, first.length).flat(), ...left, ...drawn.slice(first.length).flat()];
}

function wavesOf(batches: readonly PlannedBatch[]): Wave[] {
  const byNumber = new Map<number, PlannedBatch[]>();
  for (const batch of batches) {
    const known = byNumber.get(batch.wave);
    if (known) known.push(batch);
    else byNumber.set(batch.wave, [batch]);
  }
  return [...byNumber].map(([number, members]) => ({ number, batches: members }));
}

function waveLines({ number, batches }: Wave, times: Timetable, width: number): Line[] {
  const share = batches.at(-1)?.cumulativeShare ?? 0;
  const entry = times.waves.find(({ wave }) => wave === number);
  const waits = entry && waitsText(entry);
  return [
    [
      span(`wave ${number}`.padEnd(width), 'bold'),
      span(bar(share), 'cyan'),
      span(percent(share).padStart(7)),
      ...(entry ? [span(`  ${opensText(entry, times)}`)] : []),
    ],
    ...(waits ? [[span(' '.repeat(width)), span(waits, 'yellow')]] : []),
  ];
}

function rowsOf({ batches }: Wave, most: number): Cell[][] {
  // A line that says that there is one more takes as much room as the one.
  const { first, hidden, last } = elide(batches, batches.length === most + 1 ? batches.length : most);
  const left = batches.slice(first.length, first.length + hidden);
  const more = [span(`… ${figure(hidden)} more`, 'dim'), '', span(figure(unitsIn(left)), 'dim'), '', ''];
  return [...first.map(batchRow), ...(hidden > 0 ? [more] : []), ...last.map(batchRow)];
}

function batchRow({ id, cluster, units, interval }: PlannedBatch): Cell[] {
  return [id, cluster, figure(units.length), span(unitNames(units), 'dim'), interval];
}

function hiddenWaves(waves: readonly Wave[]): Line[] {
  const batches = waves.flatMap((wave) => wave.batches);
  const what = `${count(batches.length, 'batch')}, ${count(unitsIn(batches), 'unit')}`;
  return [[span(`… ${count(waves.length, 'wave')} more: ${what}`, 'dim')]];
}

function unitsIn(batches: readonly PlannedBatch[]): number {
  return batches.reduce((sum, { units }) => sum + units.length, 0);
}
