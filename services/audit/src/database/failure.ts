import { QueryFailedError, QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import type { ServiceProblem } from '#messaging';

/** Connection lost, out of resources, operator's intervention, deadlock: PostgreSQL's classes of what passes. */
const PASSING = /^(08|53|57|58|40)/;
/** A NUL in a text, a year that there is not. */
const DATA_EXCEPTION = /^22/;
const SYSTEM = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT', 'EAI_AGAIN', 'ENOTFOUND'];
/** What the driver says without a code when the server went away under it. */
const LOST = /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;
/** What TypeORM says when the connection broke between two statements of a transaction: the second has none any more. */
const GIVEN_BACK = [QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError];

/** Whether the database may do at another time what it did not do now. */
export function isDatabaseAway(error: unknown): boolean {
  if (GIVEN_BACK.some((kind) => error instanceof kind)) return true;
  const code = codeOf(error);
  return PASSING.test(code) || SYSTEM.includes(code) || (error instanceof Error && LOST.test(error.message));
}

/** The database's failures as replies. A question with something in it that PostgreSQL has no form for is a bad question. */
export function databaseProblem(error: unknown): ServiceProblem | null {
  if (isDatabaseAway(error)) {
    return {
      kind: 'unavailable',
      code: 'READ_MODEL_UNAVAILABLE',
      message: 'the read models cannot be reached just now',
    };
  }
  if (!DATA_EXCEPTION.test(codeOf(error))) return null;
  return { kind: 'invalid', code: 'INVALID_REQUEST', message: 'the question has a value that cannot be looked up' };
}

/** The code that PostgreSQL or the system gave an error; empty when there is none. */
export function codeOf(error: unknown): string {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return '';
  return typeof cause.code === 'string' ? cause.code : '';
}
