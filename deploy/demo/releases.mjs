import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SERVICE } from './documents.mjs';

const PROGRAM = ['server.mjs', 'exposition.mjs', 'order-log.mjs', 'random.mjs'];
const SOURCE = join(dirname(fileURLToPath(import.meta.url)), 'unit');

/** What the demo releases. The last one has a fault that no test found. */
export const VERSIONS = /** @type {const} */ ([
  { version: '1.0.0', errorRate: 0, reason: 'What everybody runs' },
  { version: '2.0.0', errorRate: 0, reason: 'Ships the new tax table' },
  { version: '2.1.0', errorRate: 0.08, reason: 'Caches the tax rates' },
]);

/**
 * Lays a release down under `<fleet>/releases/<version>`: the program, what it was built from, how it behaves.
 * @param {string} fleet
 * @param {{ version: string, errorRate: number }} release
 * @returns {string} the SHA-256 of its build-info.json
 */
export function writeRelease(fleet, { version, errorRate }) {
  const folder = join(fleet, 'releases', version);
  mkdirSync(folder, { recursive: true });
  for (const file of PROGRAM) copyFileSync(join(SOURCE, file), join(folder, file));
  const buildInfo = `${JSON.stringify({ service: SERVICE, version, builtAt: '2026-01-05T09:00:00Z' }, null, 2)}\n`;
  writeFileSync(join(folder, 'build-info.json'), buildInfo);
  writeFileSync(join(folder, 'behaviour.json'), `${JSON.stringify({ errorRate })}\n`);
  return createHash('sha256').update(buildInfo).digest('hex');
}
