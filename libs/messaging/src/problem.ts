import type { Problem } from '#domain';

export const PROBLEM_KINDS = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not-found',
  'refused',
  'conflict',
  'too-large',
  'unavailable',
  'internal',
] as const;
/** What sort of thing went wrong; HTTP statuses and exit codes follow from it. Only `unavailable` is worth trying again as it is. */
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** Why something was not done, as it travels between services. Holds no secret and no stack. */
export interface ServiceProblem {
  readonly kind: ProblemKind;
  /** Literal, for programs: `WRONG_STATE`, `INVALID_DOCUMENT`. */
  readonly code: string;
  /** For people: what is wrong and what to do. */
  readonly message: string;
  /** Every single thing that is wrong with an input, and where. */
  readonly errors?: readonly Problem[];
  /** What the release is now, for refusals and conflicts. */
  readonly state?: Readonly<Record<string, unknown>>;
}

/** A problem on its way to whoever asked. */
export class Rejection extends Error {
  override readonly name = 'Rejection';

  constructor(readonly problem: ServiceProblem) {
    super(`${problem.code}: ${problem.message}`);
  }
}

/** Whether a value that came over the wire is a problem. */
export function isServiceProblem(value: unknown): value is ServiceProblem {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, code, message } = value as Record<string, unknown>;
  return PROBLEM_KINDS.some((known) => known === kind) && typeof code === 'string' && typeof message === 'string';
}
