import { LruMap } from '../lru-map.js';
import { parseStreamName } from '../stream-name.js';

const PREFIX = 'sluice.log';

/** Every subject that the log takes. */
export const ALL_SUBJECTS = `${PREFIX}.>`;

/**
 * Any text as one token that is legal in a NATS subject and in a KV key: letters, digits, `_` and `-` stand for
 * themselves, every other byte of the UTF-8 form is `=` and two hexadecimal digits. No two texts share a token.
 */
export function encodeToken(text: string): string {
  return encodeURIComponent(text)
    .replace(/[.!~*'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%', '=');
}

/** `sluice.log.<category>.<rest>`: the subject of one stream's commits. */
export function subjectOf(stream: string): string {
  const known = KNOWN.get(stream);
  if (known !== undefined) return known;
  const { category, rest } = parseStreamName(stream);
  const subject = `${PREFIX}.${encodeToken(category)}.${encodeToken(rest)}`;
  KNOWN.set(stream, subject);
  return subject;
}

/** Subjects in use, by stream. */
const KNOWN = new LruMap<string, string>(10_000);

/** The subjects of all streams of a category. */
export function categorySubjects(category: string): string {
  return `${PREFIX}.${encodeToken(category)}.*`;
}
