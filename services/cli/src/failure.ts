import type { Problem } from '#domain';
import { EXIT, type Exit } from './exit.js';

/** What went wrong, as the gateway tells it (RFC 9457) and as this program tells it of itself. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status?: number;
  readonly detail?: string;
  readonly code?: string;
  readonly errors?: readonly Problem[];
  /** What the release is now, for refusals and conflicts. */
  readonly state?: Readonly<Record<string, unknown>>;
}

/** Ends a command: why, for people and programs, and with which exit code. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';

  constructor(
    readonly exit: Exit,
    readonly problem: ProblemDocument,
    /** What to do now, a line each. */
    readonly advice: readonly string[] = [],
  ) {
    super(problem.detail ?? problem.title);
  }
}

/** The call makes no sense: an option, a file, a setting. */
export function wrongCall(detail: string, advice: readonly string[] = []): CommandFailure {
  return new CommandFailure(EXIT.wrong, ownProblem('WRONG_CALL', 'the call is wrong', detail), advice);
}

/** Documents that are not sound: everything that is wrong with all of them. */
export function unsound(errors: readonly Problem[], advice: readonly string[] = []): CommandFailure {
  const files = [...new Set(errors.map(({ source }) => source ?? 'the documents'))].join(', ');
  const number = errors.length === 1 ? '1 problem' : `${errors.length} problems`;
  const problem = ownProblem('INVALID_DOCUMENT', 'the document is not valid', `${number} in ${files}`);
  return new CommandFailure(EXIT.wrong, { ...problem, errors }, advice);
}

/** Problems that this program finds by itself have no HTTP status. */
export function ownProblem(code: string, title: string, detail: string): ProblemDocument {
  return { type: `urn:sluice:problem:${code.toLowerCase().replaceAll('_', '-')}`, title, code, detail };
}
