import type { Release } from '#domain';

/** The rule by which later intervals follow what was observed (INT-5), in one sentence; undefined when they do not. */
export function adaptiveText({ spec }: Release): string | undefined {
  const { adaptive, default: usual } = spec.interval;
  if (!adaptive) return undefined;
  const { min, max, after } = adaptive;
  const clean = after === 1 ? 'each clean batch' : `${after} clean batches in a row`;
  const rule = `after ${clean} half as long, not under ${min}; after one held or undecided twice as long, up to ${max}`;
  return `from ${usual}: ${rule}; what the policy asks for is kept all the same`;
}
