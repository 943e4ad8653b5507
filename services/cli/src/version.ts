import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version of the package that this file lies in, built or not. */
export function version(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  const description: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return String(typeof description === 'object' && description && 'version' in description && description.version);
}
