import { RouterError } from '../../errors.js';

const PLAIN = /^[A-Za-z0-9_.:/@+^=-]+$/;

/**
 * A word of a configuration line, however it reads. Within double quotes only the backslash, the quote and the dollar
 * have a meaning.
 *
 * @throws RouterError `refused` for what a line cannot hold: line breaks and other control characters.
 */
export function word(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be found
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) {
    throw new RouterError(
      'refused',
      `${JSON.stringify(text)} cannot stand in a configuration: it has control characters`,
    );
  }
  return PLAIN.test(text) ? text : `"${text.replace(/[\\"$]/g, '\\$&')}"`;
}

/** An argument of a fetch or a converter, to be put into a {@link word} in its turn: commas and brackets mean nothing in it. */
export function argument(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A path for a request line: what may not stand there is percent-encoded. */
export function requestPath(path: string): string {
  const encoded = (rest: string) => Buffer.from(rest).toString('hex').replace(/../g, '%$&');
  return path.replace(/[^\x21-\x7e]+/g, encoded);
}
