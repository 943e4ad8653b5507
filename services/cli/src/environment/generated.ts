import { RouterError } from '#traffic';
import { wrongCall } from '../failure.js';

/** What a generator makes. @throws CommandFailure when the environment lacks what it needs, saying what */
export function generated(make: () => string): string {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RouterError)) throw error;
    throw wrongCall(error.message);
  }
}
