import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { stackFiles } from './fleet.mjs';

/** @typedef {{ calls: number, leaks: number, damaged: number }} LoopCounts `calls` are those of staging */

/**
 * Counts the calls of staging over the whole demo, and those that got out, from the records of the router and of the
 * services: what Sluice watched bit by bit, looked at once more as a whole.
 * @param {import('./fleet.mjs').Fleet} fleet
 * @returns {Promise<LoopCounts>}
 */
export async function countCalls({ folder, documents }) {
  const [{ Environment }, { CallRecord, ClosedLoop }] = await Promise.all([import('#domain'), import('#traffic')]);
  const loop = new ClosedLoop(Environment.parse(documents.environment).spec);
  for (const file of Object.values(stackFiles(folder).calls)) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (!line.startsWith('{')) continue;
      const record = CallRecord.safeParse(JSON.parse(line));
      if (record.success) loop.add(record.data);
      else loop.addDamaged(1);
    }
  }
  const { calls, leaks, damaged } = loop.take();
  return { calls, leaks, damaged };
}
