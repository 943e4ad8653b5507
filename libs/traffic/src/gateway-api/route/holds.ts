/**
 * Whether a thing, as an API server has it, says all that an intent says. Objects may hold more, since newer versions of
 * an API fill in more; lists have to be the same length, since one entry more is another rule.
 */
export function holds(live: unknown, intent: unknown): boolean {
  if (Array.isArray(intent)) {
    return Array.isArray(live) && live.length === intent.length && intent.every((entry, i) => holds(live[i], entry));
  }
  if (typeof intent !== 'object' || intent === null) return live === intent;
  if (typeof live !== 'object' || live === null) return false;
  const fields = new Map<string, unknown>(Object.entries(live));
  return Object.entries(intent).every(([name, value]) => holds(fields.get(name), value));
}
