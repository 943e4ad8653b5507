import { cut, type Line, lineWidth, type Span, span } from './line.js';
import type { Look } from './look.js';
import { widthOf } from './width.js';

export interface Column {
  readonly head: string;
  readonly align?: 'right';
  /** Gets narrower when the terminal is too narrow for the table. */
  readonly flexible?: boolean;
  /** Is left out before anything gets narrower, the rightmost first. */
  readonly optional?: boolean;
}
export type Cell = string | Span | Line;

/** A column as it is drawn: which of the cells of a row, how wide. */
interface Fitted {
  readonly column: Column;
  readonly index: number;
  width: number;
}

const GAP = '  ';
const NARROWEST = 8;

/** Rows under headings, as wide as they need to be and no wider than the terminal. Takes time in proportion to the rows. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], look: Look): Line[] {
  const cells = rows.map((row) => row.map(toLine));
  const heads = columns.map(({ head }) => [span(look.terminal ? head : head.toUpperCase(), 'bold')]);
  const fitted = narrow(leaveOut(natural(columns, cells), look.width), look.width);
  const rule = columns.map((_, i) => [span('─'.repeat(fitted.find(({ index }) => index === i)?.width ?? 0), 'dim')]);
  const all = look.terminal ? [heads, rule, ...cells] : [heads, ...cells];
  return all.map((row) => cut(rowLine(row, fitted), look.width));
}

function toLine(cell: Cell): Line {
  if (typeof cell === 'string') return [{ text: cell }];
  return 'text' in cell ? [cell] : cell;
}

function natural(columns: readonly Column[], rows: readonly (readonly Line[])[]): Fitted[] {
  const fitted = columns.map((column, index) => ({ column, index, width: widthOf(column.head) }));
  for (const row of rows) {
    for (const each of fitted) each.width = Math.max(each.width, lineWidth(row[each.index] ?? []));
  }
  return fitted;
}

function leaveOut(fitted: readonly Fitted[], room: number): readonly Fitted[] {
  let kept = fitted;
  while (excess(kept, room) > 0) {
    const last = kept.reduce((found, { column }, i) => (column.optional ? i : found), -1);
    if (last < 0) return kept;
    kept = kept.filter((_, i) => i !== last);
  }
  return kept;
}

/** Takes from the widest flexible column, one by one, until the table fits or nothing more can be taken. */
function narrow(fitted: readonly Fitted[], room: number): readonly Fitted[] {
  for (let over = excess(fitted, room); over > 0; over--) {
    const flexible = fitted.filter(({ column, width }) => column.flexible && width > NARROWEST);
    const [first, ...others] = flexible;
    if (!first) break;
    others.reduce((widest, each) => (each.width > widest.width ? each : widest), first).width -= 1;
  }
  return fitted;
}

function excess(fitted: readonly Fitted[], room: number): number {
  return fitted.reduce((sum, { width }) => sum + width, 0) + GAP.length * (fitted.length - 1) - room;
}

function rowLine(row: readonly Line[], fitted: readonly Fitted[]): Line {
  return fitted.flatMap(({ column, index, width }, i) => {
    const text = cut(row[index] ?? [], width);
    const padding = span(' '.repeat(width - lineWidth(text)));
    const padded = column.align === 'right' ? [padding, ...text] : [...text, padding];
    return i === 0 ? padded : [span(GAP), ...padded];
  });
}
