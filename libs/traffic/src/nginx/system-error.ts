import { types } from 'node:util';

/** Tells what the operating system refused from what is broken in the program; these codes only when some are given. */
export function isSystemError(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  // Not instanceof: errors of Node's own modules come from another realm when the code runs in a vm context.
  if (!types.isNativeError(error) || !('code' in error) || typeof error.code !== 'string') return false;
  return codes.length === 0 ? 'syscall' in error : codes.includes(error.code);
}
