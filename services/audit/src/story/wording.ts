const MOST_NAMED = 10;

/** `1 unit`, `3 units`, `2 batches`. */
export function count(number: number, thing: string): string {
  if (number === 1) return `1 ${thing}`;
  return `${number} ${thing}${thing.endsWith('ch') ? 'es' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`; a long list is cut and says so. */
export function list(items: readonly string[]): string {
  if (items.length > MOST_NAMED) {
    return `${items.slice(0, MOST_NAMED).join(', ')} and ${items.length - MOST_NAMED} more`;
  }
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** A version as it is read: `nothing` for a unit that runs none. */
export function version(name: string | null): string {
  return name ?? 'nothing';
}

/** The beginning of a digest, enough to tell two apart. */
export function brief(digest: string): string {
  return digest.slice(0, 12);
}
