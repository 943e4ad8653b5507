import { RouterError } from '../../errors.js';

const CONTROL = /\p{Cc}/u;

/**
 * A text as one word of an nginx configuration that means nothing but itself.
 * @throws RouterError `unsupported` for what nginx has no way to write: `$` always starts a variable, and there is no
 * sign for control characters.
 */
export function literal(text: string): string {
  if (text.includes('$') || CONTROL.test(text)) {
    throw new RouterError(
      'unsupported',
      `nginx cannot be told ${JSON.stringify(text)}: it holds $ or a control character`,
    );
  }
  return quoted(text);
}

/**
 * The path of a file that nginx includes.
 * @throws RouterError `unsupported` for a path that would be read as a pattern of many files.
 */
export function includedPath(path: string): string {
  if (/[*?[\]]/.test(path)) {
    throw new RouterError(
      'unsupported',
      `nginx takes ${JSON.stringify(path)} for a pattern: name the file without *, ? or [`,
    );
  }
  return literal(path);
}

/** A key of a `map` that matches exactly the text, as a regular expression: keys in hashes have a limited length. */
export function exactly(text: string): string {
  return pattern(`^${escapedForRegex(text)}\\z`);
}

/** A key of a `map` that is a regular expression. */
export function pattern(regex: string): string {
  return quoted(`~${regex}`);
}

export function escapedForRegex(text: string): string {
  return text.replace(/[^A-Za-z0-9_]/g, '\\$&');
}

/**
 * The variable that holds a request header.
 * @throws RouterError `unsupported` for a name that nginx drops from requests or cannot name in a variable.
 */
export function headerVariable(name: string): string {
  return `$http_${headerName(name).toLowerCase().replaceAll('-', '_')}`;
}

/** The name of a header, as it stands in `proxy_set_header`. @throws RouterError like {@link headerVariable} */
export function headerName(name: string): string {
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    throw new RouterError('unsupported', `nginx drops headers such as ${name}: use letters, digits and dashes`);
  }
  return name;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
