import { formatPath, type Path } from '../../documents/path.js';
import type { PolicySpec } from '../../documents/policy.js';

/** One thing that a version of a policy asks otherwise than another one. */
export interface PolicyChange {
  /** Where in the policy, `spec.total.high`; a rule of its own by its id, `spec.rules.ORG-1.when`. */
  readonly path: string;
  /** As people write it; null for what is not there. */
  readonly from: string | null;
  readonly to: string | null;
  /** `looser`: something passes, or somebody may, that did not before. */
  readonly effect: 'looser' | 'tighter';
  /** What that means, in plain words. */
  readonly words: string;
}

/** Compares one field of two versions of a policy. */
export type Compare = (from: PolicySpec, to: PolicySpec) => readonly PolicyChange[];

/** A text may be an expression of a page; nobody reads more than its beginning in a list. */
const SHOWN = 120;

/** A change of what stands at a place below `spec`. */
export function change(
  at: Path,
  [from, to]: readonly [string | null, string | null],
  effect: PolicyChange['effect'],
  words: string,
): PolicyChange {
  return { path: formatPath(['spec', ...at]), from: shown(from), to: shown(to), effect, words };
}

function shown(text: string | null): string | null {
  const characters = [...(text ?? '')];
  return characters.length > SHOWN ? `${characters.slice(0, SHOWN - 1).join('')}…` : text;
}
