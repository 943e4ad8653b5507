/** What PostgreSQL cannot hold: the NUL character, and half of a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** The text with `�` for each character that the database would refuse, so that no event can stop a projection. */
function storableText(text: string): string {
  return text.replace(UNSTORABLE, '\uFFFD');
}

/** The same for every text inside a JSON value, keys included. */
export function storableJson(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storableJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), storableJson(inner)]));
}

/** A time that is none must not stop a projection either; the integrity check is what names its event. */
export function storableMoment(at: string): string {
  const moment = Date.parse(at);
  return new Date(Number.isNaN(moment) ? 0 : moment).toISOString();
}
