import { truncate } from './width.js';

const DEEPEST = 3;

/**
 * A JSON object as `name=value` pairs on one line: nested names with dots, lists by their length unless they are short
 * and plain. At most `most` pairs, then an ellipsis: whoever wants all of it asks for JSON.
 */
export function pairs(data: unknown, most: number): string {
  const found: string[] = [];
  for (const pair of walk(data, '', 0)) {
    if (found.length === most) return `${found.join(' ')} …`;
    found.push(pair);
  }
  return found.join(' ');
}

function* walk(value: unknown, path: string, depth: number): Generator<string> {
  if (Array.isArray(value)) yield `${path}=${listText(value)}`;
  else if (typeof value !== 'object' || value === null) yield path ? `${path}=${plain(value)}` : plain(value);
  else if (depth >= DEEPEST) yield `${path}={…}`;
  else {
    for (const [name, inner] of Object.entries(value)) yield* walk(inner, path ? `${path}.${name}` : name, depth + 1);
  }
}

const SHORT = 4;
/** A digest still fits. */
const LONGEST = 80;

function listText(list: readonly unknown[]): string {
  const isPlain = list.every((entry) => typeof entry !== 'object' || entry === null);
  return isPlain && list.length <= SHORT ? `[${list.map(plain).join(',')}]` : `[${list.length} entries]`;
}

function plain(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  const text = truncate(value, LONGEST);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
