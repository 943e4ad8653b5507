import { types } from 'node:util';

/** Tells what the operating system refused from what is broken in the program; one code only when it is given. */
export function isSystemError(error: unknown, code?: string): error is NodeJS.ErrnoException {
  // Not instanceof: errors of Node's own modules come from another realm when the code runs in a vm context.
  if (!types.isNativeError(error) || !('code' in error) || typeof error.code !== 'string') return false;
  return code === undefined ? 'syscall' in error : error.code === code;
}
