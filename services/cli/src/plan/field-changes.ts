import { formatPath } from '#domain';

/** A field that has another value. Undefined: it is not there. */
export interface FieldChange {
  /** `spec.rollout[0].batches[1]`. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Every leaf in which two JSON values differ, in document order; what only one of them has is told as a whole. */
export function fieldChanges(before: unknown, after: unknown, at: readonly (string | number)[]): FieldChange[] {
  const lists = Array.isArray(before) && Array.isArray(after);
  if (lists || (isRecord(before) && isRecord(after))) {
    const [mine, theirs] = [Object(before), Object(after)];
    const names = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
    return [...names].flatMap((name) => fieldChanges(mine[name], theirs[name], [...at, lists ? Number(name) : name]));
  }
  return before === after ? [] : [{ path: formatPath(at), before, after }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
