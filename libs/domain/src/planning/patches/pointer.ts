import type { Path } from '../../documents/path.js';

/** A place as a JSON pointer (RFC 6901): `['spec', 'a/b', 0]` is `/spec/a~1b/0`. */
export function pointer(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
