import { type Event, parseEvents, YAMLException } from 'js-yaml';
import type { Flaw } from '../flaw.js';
import type { Path } from '../path.js';
import { type Node, Outline } from './outline.js';
import { MAX_DEPTH } from './parse-yaml.js';

/** Line and column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Answers where in a text a flaw is: at the value its path leads to; at the field's name when that is wrong; and when
 * the path leads nowhere, because the field is missing, at the nearest thing around it.
 *
 * Parses the text a second time, so it is for texts in which something is wrong.
 */
export function locator(text: string): (flaw: Pick<Flaw, 'path' | 'ofKey' | 'offset'>) => Position {
  const starts = lineStarts(text);
  let outline: Outline | undefined;
  return (flaw) => {
    if (flaw.offset !== undefined) return positionOf(flaw.offset, starts);
    outline ??= new Outline(text, eventsOf(text));
    return positionOf(offsetOf(outline, flaw.path, flaw.ofKey ?? false), starts);
  };
}

function offsetOf(outline: Outline, path: Path, ofKey: boolean): number {
  let node = outline.root;
  let offset = (node === undefined ? undefined : outline.offset(node)) ?? 0;
  for (const step of path) {
    const found: Found | undefined = node === undefined ? undefined : find(outline, node, step);
    if (!found) break;
    const key = found.key === undefined ? undefined : outline.offset(found.key);
    const value = outline.offset(found.value);
    offset = (ofKey ? key : (value ?? key)) ?? offset;
    node = found.value;
  }
  return offset;
}

type Found = { key?: Node; value: Node };

/** A field that is there twice counts as its last, as it does for the parser. */
function find(outline: Outline, node: Node, step: string | number): Found | undefined {
  let found: Found | undefined;
  if (typeof step === 'string') {
    for (const { name, key, value } of outline.fields(node)) if (name === step) found = { key, value };
    return found;
  }
  if (!outline.isSequence(node)) return undefined;
  let index = 0;
  for (const value of outline.children(node)) if (index++ === step) return { value };
  return undefined;
}

function eventsOf(text: string): readonly Event[] {
  try {
    return parseEvents(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (error instanceof YAMLException) return [];
    throw error;
  }
}

function lineStarts(text: string): number[] {
  const starts = [text.startsWith('\uFEFF') ? 1 : 0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}

function positionOf(offset: number, starts: readonly number[]): Position {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}
