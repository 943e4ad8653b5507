/**
 * The one JSON text of a value (RFC 8785): equal values have equal texts, whatever the order of their keys. What JSON
 * leaves out is left out, and what has a `toJSON` is what that says.
 * @throws TypeError for a number that JSON does not have
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return stringText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return arrayText(value);
  const object = value as Readonly<Record<string, unknown>>;
  return typeof object.toJSON === 'function' ? canonicalJson(object.toJSON()) : objectText(object);
}

const NOTHING_TO_ESCAPE = /^[ !#-[\]-~]*$/;

/** Most strings are short and plain, and then this takes a third of the time. */
function stringText(text: string): string {
  return NOTHING_TO_ESCAPE.test(text) ? `"${text}"` : JSON.stringify(text);
}

function arrayText(values: readonly unknown[]): string {
  let text = '';
  for (const value of values) text += `${text === '' ? '' : ','}${isLeftOut(value) ? 'null' : canonicalJson(value)}`;
  return `[${text}]`;
}

/** Keys in the order of their UTF-16 code units, which is how `sort` compares strings. */
function objectText(object: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const key of Object.keys(object).sort()) {
    const value = object[key];
    if (!isLeftOut(value)) text += `${text === '' ? '' : ','}${stringText(key)}:${canonicalJson(value)}`;
  }
  return `{${text}}`;
}

function isLeftOut(value: unknown): boolean {
  return value === undefined || typeof value === 'symbol' || typeof value === 'function';
}
