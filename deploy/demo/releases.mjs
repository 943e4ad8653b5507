import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SERVICE } from './documents.mjs';

const PROGRAM = ['server.mjs', 'exposition.mjs', 'order-log.mjs', 'random.mjs', 'next-service.mjs', 'owner.mjs'];
const SOURCE = join(dirname(fileURLToPath(import.meta.url)), 'unit');

/**
 * How a version behaves: the share of requests that it answers with an error, everywhere or where prices are in one
 * currency.
 * @typedef {{ errorRate: number, currency?: string }} Behaviour
 */

/**
 * What the demo releases. The last two have faults that no test found; the very last one's shows where prices are in
 * euros, and in staging they are in dollars.
 */
export const VERSIONS = /** @type {const} */ ([
  { version: '1.0.0', behaviour: { errorRate: 0 }, reason: 'What everybody runs' },
  { version: '2.0.0', behaviour: { errorRate: 0 }, reason: 'Ships the new tax table' },
  { version: '2.1.0', behaviour: { errorRate: 0.1 }, reason: 'Caches the tax rates' },
  { version: '2.2.0', behaviour: { errorRate: 0.3, currency: 'eur' }, reason: 'Rounds prices as the law asks' },
]);

/**
 * Lays a release down under `<fleet>/releases/<version>`: the program, what it was built from, how it behaves.
 * @param {string} fleet
 * @param {{ version: string, behaviour: Behaviour }} release
 * @returns {string} the SHA-256 of its build-info.json
 */
export function writeRelease(fleet, { version, behaviour }) {
  const folder = join(fleet, 'releases', version);
  mkdirSync(folder, { recursive: true });
  for (const file of PROGRAM) copyFileSync(join(SOURCE, file), join(folder, file));
  const buildInfo = `${JSON.stringify({ service: SERVICE, version, builtAt: '2026-01-05T09:00:00Z' }, null, 2)}\n`;
  writeFileSync(join(folder, 'build-info.json'), buildInfo);
  writeFileSync(join(folder, 'behaviour.json'), `${JSON.stringify(behaviour)}\n`);
  return createHash('sha256').update(buildInfo).digest('hex');
}
