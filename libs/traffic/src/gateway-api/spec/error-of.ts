import { RouterError } from '../../errors.js';

/** The error that a promise ends with; throws when there is none, or one of another kind. */
export async function errorOf(promise: Promise<unknown>): Promise<RouterError> {
  const error = await promise.then(
    () => new Error('it worked'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RouterError)) throw error;
  return error;
}
