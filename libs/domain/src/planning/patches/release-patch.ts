import type { Path } from '../../documents/path.js';
import type { ReleaseSpec } from '../../documents/release.js';
import type { PlanFacts } from '../facts.js';
import type { Patch } from '../types.js';
import { whatIf } from '../what-if.js';
import { operationsBetween } from './operations.js';
import { pointer } from './pointer.js';

/** A release that might keep the rule. */
export interface Candidate {
  readonly spec: ReleaseSpec;
  /** Places in it that only the author can fill in. */
  readonly fillIn?: readonly Path[];
}

/**
 * The first candidate that keeps the rule and breaks no other for it, as changes of the release; otherwise the first
 * that keeps the rule. Each is tried out: nothing is promised that a plan would not bear out.
 *
 * @param candidates from the smallest change to the largest.
 * @param isKept whether the finding would be gone.
 * @returns undefined when no candidate does it, or when the plan is not made from documents.
 */
export function releasePatch(
  facts: PlanFacts,
  candidates: Iterable<Candidate>,
  isKept: (after: PlanFacts) => boolean,
): Patch | undefined {
  if (!facts.origin) return undefined;
  const before = blocking({ ...facts, origin: undefined });
  let second: Patch | undefined;
  for (const { spec, fillIn = [] } of candidates) {
    const after = whatIf(facts, spec);
    if (!after || !isKept(after)) continue;
    const patch = patchOf(operationsBetween(facts.spec, after.spec), fillIn);
    if ([...blocking(after)].every(([kind, findings]) => findings <= (before.get(kind) ?? 0))) return patch;
    second ??= patch;
  }
  return second;
}

function patchOf(operations: Patch['operations'], fillIn: readonly Path[]): Patch {
  return { document: 'release', operations, ...(fillIn.length > 0 ? { fillIn: fillIn.map(pointer) } : {}) };
}

/** How many findings block, by kind. A rule may find several things; what they say without the figures tells which. */
function blocking(facts: PlanFacts): ReadonlyMap<string, number> {
  const tally = new Map<string, number>();
  for (const { rule, severity, message } of facts.inspect?.(facts) ?? []) {
    if (severity !== 'block') continue;
    const kind = `${rule} ${message.replace(/\S*\d\S*/g, '#')}`;
    tally.set(kind, (tally.get(kind) ?? 0) + 1);
  }
  return tally;
}
