import { InvalidInput } from './errors.js';
import { LruMap } from './lru-map.js';
import { isWellFormed } from './text.js';

const MAX_NAME_BYTES = 512;

/** A stream's name taken apart at its first `-`: `release-checkout-2.4.0` is `release` and `checkout-2.4.0`. */
export interface StreamName {
  readonly category: string;
  readonly rest: string;
}

/**
 * Takes a stream's name apart.
 * @throws {InvalidInput} when it is not `<category>-<id>`, longer than 512 bytes of UTF-8, or not well-formed Unicode.
 */
export function parseStreamName(stream: string): StreamName {
  const known = KNOWN.get(stream);
  if (known) return known;
  const fault = faultOf(stream);
  if (fault !== undefined) throw new InvalidInput(fault);
  const dash = stream.indexOf('-');
  const name = { category: stream.slice(0, dash), rest: stream.slice(dash + 1) };
  KNOWN.set(stream, name);
  return name;
}

/** Names in use: each is looked at several times for every commit. */
const KNOWN = new LruMap<string, StreamName>(10_000);

/** Whether a stream can have this name. */
export function isStreamName(stream: string): boolean {
  return KNOWN.get(stream) !== undefined || faultOf(stream) === undefined;
}

function faultOf(stream: string): string | undefined {
  const dash = stream.indexOf('-');
  if (dash < 1 || dash === stream.length - 1) return `a stream is named <category>-<id>, ${shown(stream)} is not`;
  if (Buffer.byteLength(stream) > MAX_NAME_BYTES) {
    return `the name of stream ${shown(stream)} is over ${MAX_NAME_BYTES} bytes`;
  }
  if (!isWellFormed(stream)) return `the name of stream ${shown(stream)} is not well-formed Unicode`;
  return undefined;
}

function shown(stream: string): string {
  return JSON.stringify(stream.length > 60 ? `${stream.slice(0, 60)}…` : stream);
}

/** The part of a stream's name before its first `-`. */
export function categoryOf(stream: string): string {
  return parseStreamName(stream).category;
}

/**
 * The test that a `categories` filter stands for: no filter, or an empty one, lets everything through.
 * @throws {InvalidInput} when something in it cannot be a category.
 */
export function inCategories(categories: readonly string[] = []): (stream: string) => boolean {
  for (const category of categories) {
    if (category.includes('-')) throw new InvalidInput(`a category has no "-", ${JSON.stringify(category)} has`);
    parseStreamName(`${category}-any`);
  }
  if (categories.length === 0) return () => true;
  const wanted = new Set(categories);
  return (stream) => wanted.has(categoryOf(stream));
}
