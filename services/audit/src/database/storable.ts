/** What PostgreSQL cannot hold: the NUL character, and half of a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** The text with `�` for each character that the database would refuse, so that no event can stop a projection. */
export function storableText(text: string): string {
  return text.replace(UNSTORABLE, '\uFFFD');
}

/** The same for every text inside a JSON value, keys included. */
export function storableJson(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storableJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), storableJson(inner)]));
}

/** How JSON writes what PostgreSQL cannot hold. A text that has it written out like that is looked at for nothing. */
const UNSTORABLE_IN_JSON = /\\u(?:0000|d[89a-f])/;

/** A value as JSON that the database takes. To look through the whole text at once costs next to nothing. */
export function storableJsonText(value: unknown): string {
  const text = JSON.stringify(value);
  return UNSTORABLE_IN_JSON.test(text) ? JSON.stringify(storableJson(value)) : text;
}

/** A time that is none must not stop a projection either; the integrity check is what names its event. */
export function storableMoment(at: string): string {
  const moment = Date.parse(at);
  return new Date(Number.isNaN(moment) ? 0 : moment).toISOString();
}
