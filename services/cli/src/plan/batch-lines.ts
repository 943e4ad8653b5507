import type { PlannedBatch, Timetable } from '#domain';
import { bar, percent } from '../text/bar.js';
import { type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { type Cell, type Column, table } from '../text/table.js';
import { moment } from '../text/time.js';
import { figure } from '../text/words.js';
import { waitsText } from './times-text.js';
import { unitNames } from './unit-names.js';

const COLUMNS: readonly Column[] = [
  { head: 'wave', align: 'right' },
  { head: 'batch' },
  { head: 'cluster' },
  { head: 'units', align: 'right' },
  { head: 'which' },
  { head: 'interval', align: 'right' },
  { head: 'changed by then' },
  { head: 'opens' },
  { head: 'over' },
];
const WAITS: Column = { head: 'waits' };

/** Every batch on a line of its own that says all of it, for a pipe: whoever reads it looks for lines. */
export function batchLines(batches: readonly PlannedBatch[], { waves }: Timetable, look: Look): Line[] {
  const times = new Map(
    waves.map((entry) => [entry.wave, [moment(entry.opensAt), moment(entry.overAt), waitsText(entry) ?? '']]),
  );
  const rows = batches.map((batch): Cell[] => [...batchRow(batch), ...(times.get(batch.wave) ?? [])]);
  return table(waves.some(({ waits }) => waits) ? [...COLUMNS, WAITS] : COLUMNS, rows, look);
}

function batchRow({ id, wave, cluster, units, interval, cumulativeShare }: PlannedBatch): Cell[] {
  const changed = span(`${bar(cumulativeShare)}${percent(cumulativeShare).padStart(7)}`);
  return [String(wave), id, cluster, figure(units.length), unitNames(units), interval, changed];
}
