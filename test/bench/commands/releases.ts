import { setTimeout as sleep } from 'node:timers/promises';
import type { ReleaseView } from '#domain';
import type { ReleaseAnswer, ReleaseStory } from '#messaging';
import type { PlaneInBench } from '../servers.js';
import { lastBatch, release, topology } from './documents.js';

const AT_ONCE = 8;
const READY_MS = 120_000;

/** Submits so many releases and starts them; settles when each is observed, with nothing to do until it is told. */
export async function startReleases(plane: PlaneInBench, count: number): Promise<string[]> {
  const ids: string[] = [];
  await ask(plane, 'admin', 'POST', '/v1/topologies', topology(count));
  const left = Array.from({ length: count }, (_, index) => index);
  const work = async () => {
    for (let index = left.pop(); index !== undefined; index = left.pop()) {
      const { id } = (await ask(plane, 'author', 'POST', '/v1/releases', release(index))) as { id: string };
      await ask(plane, 'operator', 'POST', `/v1/releases/${id}/start`, { reason: 'a measurement' });
      await untilObserved(plane, id);
      ids[index] = id;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return ids;
}

async function untilObserved(plane: PlaneInBench, id: string): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const view = (await ask(plane, 'operator', 'GET', `/v1/releases/${id}`)) as ReleaseView;
    if (view.batches?.[0]?.state === 'observing') return;
    if (performance.now() > deadline) throw new Error(`${id} came no further than ${JSON.stringify(view)}`);
    await sleep(50);
  }
}

/**
 * The audit reads the log at its own pace, behind the answers to commands. Settles when it has read all of what there is
 * by now, so that what is measured next has the machine to itself.
 */
export async function untilAudited(plane: PlaneInBench, id: string): Promise<void> {
  const order = { batch: lastBatch(0), to: '2h', reason: 'a measurement' };
  const { revision } = (await ask(plane, 'operator', 'POST', `/v1/releases/${id}/intervals`, order)) as ReleaseAnswer;
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const path = `/v1/audit/releases/${id}?limit=1000&after=${audited.get(id) ?? -1}`;
    const { entries, next } = (await ask(plane, 'operator', 'GET', path)) as ReleaseStory;
    if (entries.some((entry) => entry.revision >= revision)) return;
    if (next !== null) audited.set(id, next);
    else await sleep(50);
    if (performance.now() > deadline) throw new Error(`the audit has not read revision ${revision} of ${id}`);
  }
}

/** How far the story of a release was read before: no need to read all of it again. */
const audited = new Map<string, number>();

async function ask(
  { place, tokens }: PlaneInBench,
  as: string,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`http://${place}${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens[as]}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  return JSON.parse(answer);
}
