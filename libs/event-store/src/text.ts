import { InvalidInput } from './errors.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether a string survives being written as UTF-8 and read back. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/** @throws {InvalidInput} when `what` has no JSON form: undefined, a function, a cycle, a bigint. */
export function toJson(value: unknown, what: string): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    throw new InvalidInput(`${what} is not plain JSON`, { cause: error });
  }
  if (json === undefined) throw new InvalidInput(`${what} is not plain JSON`);
  return json;
}
