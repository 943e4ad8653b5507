import type { z } from 'zod';
import { type Flaw, isRecord } from './flaw.js';
import type { Path } from './path.js';
import { sentence, unknownField } from './sentences.js';

type Issue = z.core.$ZodIssue;

const KINDS: readonly unknown[] = ['Topology', 'Release', 'Policy', 'Environment', 'FreezeWindow'];

/** What became of a value that was held against a schema. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly flaws: readonly Flaw[] };

/**
 * Holds a value against a schema and puts everything that does not fit into plain words. A document of another kind
 * is told just that: nothing else that could be said of it helps.
 */
export function check<T>(schema: z.ZodType<T>, value: unknown): Checked<T> {
  const result = schema.safeParse(value, { error: sentence });
  if (result.success) return { ok: true, value: result.data };
  const flaws = result.error.issues.flatMap((issue) => flawsOf(issue, []));
  const isOtherKind = isRecord(value) && KINDS.includes(value.kind);
  const ofKind = flaws.filter(({ path }) => path.length === 1 && path[0] === 'kind');
  return { ok: false, flaws: isOtherKind && ofKind.length > 0 ? ofKind : flaws };
}

function flawsOf(issue: Issue, around: Path): Flaw[] {
  const path = [...around, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = issue.message.split(' ');
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownField(key, known), ofKey: true }));
    }
    case 'invalid_union': {
      const meant = branchMeant(issue.errors);
      return meant ? meant.flatMap((inner) => flawsOf(inner, path)) : [{ path, message: issue.message }];
    }
    case 'invalid_key':
      return issue.issues.map((inner) => ({ path, message: `its name ${inner.message}`, ofKey: true }));
    default:
      return [{ path, message: issue.message }];
  }
}

/**
 * Of a choice between forms, the problems with the one that the value has: a list that is too short is not told that
 * it might have been a selector, and of two groups of fields the one is meant that it comes closest to. Undefined when
 * it has none of the forms.
 */
function branchMeant(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const [first, ...others] = branches.filter((issues) => !issues.some(isOtherForm));
  return others.reduce((closest, issues) => (closest && closest.length <= issues.length ? closest : issues), first);
}

const OTHER_FORM: readonly string[] = ['invalid_type', 'invalid_format', 'invalid_value'];

function isOtherForm(issue: Issue): boolean {
  return issue.path.length === 0 && OTHER_FORM.includes(issue.code ?? '');
}
