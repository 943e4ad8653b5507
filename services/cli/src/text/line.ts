import { type Look, paint, type Style } from './look.js';
import { truncate, widthOf, wrap } from './width.js';

/** A stretch of text in one style. Styles are put on last, so that they never count as width. */
export interface Span {
  readonly text: string;
  readonly style?: Style | undefined;
}
export type Line = readonly Span[];

export function span(text: string, style?: Style): Span {
  return { text, style };
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + widthOf(text), 0);
}

/** The line if it fits, otherwise its beginning and an ellipsis. Blanks at the end do not count. */
export function cut(line: Line, width: number): Line {
  const wanted = trimmed(line);
  if (lineWidth(wanted) <= width) return wanted;
  const kept: Span[] = [];
  let room = width;
  for (const { text, style } of wanted) {
    if (widthOf(text) >= room) return [...kept, { text: truncate(`${text} `, room), style }];
    kept.push({ text, style });
    room -= widthOf(text);
  }
  return kept;
}

function trimmed(line: Line): Line {
  const spans = [...line];
  for (let last = spans.pop(); last; last = spans.pop()) {
    const text = last.text.trimEnd();
    if (text !== '') return [...spans, { ...last, text }];
  }
  return [];
}

/** The line as it is written, in colours where there are some. */
export function painted(line: Line, look: Look): string {
  return trimmed(line)
    .map(({ text, style }) => paint(look, style, text))
    .join('');
}

/** A text beside a heading needs so much room; with less it goes below. */
const LEAST_ROOM = 24;
const SMALL_INDENT = 4;

/**
 * A heading and a text beside it, which goes on below when it is longer than the terminal is wide: under itself, or
 * further to the left where an `indent` says so.
 */
export function hanging(heading: Line, text: string, look: Look, how: { style?: Style; indent?: number } = {}): Line[] {
  const beside = look.width - lineWidth(heading);
  const wanted = how.indent ?? lineWidth(heading);
  const indent = look.width - wanted < LEAST_ROOM ? SMALL_INDENT : wanted;
  const lines =
    beside < LEAST_ROOM ? ['', ...wrap(text, look.width - indent)] : wrap(text, look.width - indent, beside);
  const [first = '', ...others] = lines;
  const below = others.map((rest) => [span(' '.repeat(indent)), span(rest, how.style)]);
  return [[...heading, span(first, how.style)], ...below];
}
