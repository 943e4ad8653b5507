import { types } from 'node:util';

/** Tells the errors that Node's own modules throw, which say by a code what it is, from what is broken in the program. */
export function hasCode(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  // Not instanceof: errors of Node's own modules come from another realm when the code runs in a vm context.
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'string';
}

/** Tells what the operating system refused; one of these codes only when some are given. */
export function isSystemError(
  error: unknown,
  ...codes: string[]
): error is NodeJS.ErrnoException & { readonly code: string } {
  return hasCode(error) && (codes.length === 0 ? 'syscall' in error : codes.includes(error.code));
}
