import { createHash } from 'node:crypto';

/** File names end at 255 bytes; temporary files beside them need some of these. */
const LONGEST = 200;
const HASH_LENGTH = 64;

/**
 * A text as one safe file name: letters, digits, `_` and `-` stay, every other byte is `%XX`. Different texts have
 * different names, and none of them is `.`, `..` or holds a slash. What comes out too long keeps its beginning and
 * ends in `~` and the SHA-256 of the text.
 */
export function entryName(text: string): string {
  if (text === '') return '%';
  const encoded = Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/[^A-Za-z0-9_-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  if (encoded.length <= LONGEST) return encoded;
  const hash = createHash('sha256').update(text).digest('hex');
  return `${encoded.slice(0, LONGEST - HASH_LENGTH - 1)}~${hash}`;
}
