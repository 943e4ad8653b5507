// Control characters and the marks that turn the direction of writing: a reason that somebody typed must not be able
// to redraw the terminal of whoever reads it.
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text of others as it may be shown to people: on one line, and nothing in it that a terminal would act on. */
export function clean(text: string): string {
  return text.replace(/[\t\n\v\f\r]+/g, ' ').replace(UNPRINTABLE, '\ufffd');
}

/** Cleans every text in a JSON value, names of fields included. */
export function cleanAll(value: unknown): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map(cleanAll);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [clean(name), cleanAll(inner)]));
}
