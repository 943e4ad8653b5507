import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, openEventStore } from '#event-store';
import { Client, forEach } from './client.js';
import { CheapFleet } from './fleet.js';
import { ScaledPlane } from './plane.js';

const PATIENCE_MS = 600_000;
/** A release that is held does not go on by itself: it counts as ended, and not as completed. */
const ENDS = ['ReleaseCompleted.v1', 'ReleaseRolledBack.v1', 'ReleaseAborted.v1', 'ReleaseHeld.v1'];

/** How much there is to do. */
export interface Work {
  readonly releases: number;
  readonly unitsEach: number;
  /** Units that each executor changes at once. */
  readonly slots: number;
}

/** What so many executors took for it. */
export interface Round {
  readonly executors: number;
  /** From the first order to start until the last release had ended. */
  readonly seconds: number;
  /** How often a unit's command changed it; more often than there are units when one was changed twice. */
  readonly changes: number;
  readonly completed: number;
  /** Units that run the new version at the end. */
  readonly running: number;
  /** Runs of the units' command a second, with nothing around it. */
  readonly bare: number;
}

/** One number of executors, over a log and a fleet of their own. */
export async function round(executors: number, { releases, unitsEach, slots }: Work): Promise<Round> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const fleet = new CheapFleet(join(folder, 'fleet'), releases, unitsEach);
  await fleet.make('1.0.0');
  const bare = await fleet.bareRuns(releases * unitsEach, slots, '1.0.0');
  const plane = await ScaledPlane.start(folder, executors, slots);
  try {
    const store = await openEventStore(plane.natsUrl, { name: 'bench' });
    const client = await Client.of(plane);
    await client.post('admin', '/v1/topologies', fleet.topology('production'));
    await client.post('admin', '/v1/policies', POLICY);
    await client.post('director', `/v1/policies/${POLICY.metadata.name}/approvals`, { reason: 'A measurement' });
    const clusters = Array.from({ length: releases }, (_, cluster) => cluster);
    const ids = await forEach(clusters, async (cluster) => {
      return (await client.post('author', '/v1/releases', release(cluster))).id ?? '';
    });
    const ended = untilEnded(store, releases);
    const began = performance.now();
    await forEach(ids, (id) => client.post('operator', `/v1/releases/${id}/start`, { reason: 'A measurement' }));
    const { completed, at } = await ended;
    await store.close();
    const [changes, running] = [await fleet.changes(), await fleet.running('2.0.0')];
    return { executors, seconds: (at - began) / 1_000, changes, completed, running, bare };
  } finally {
    await plane.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const POLICY = {
  apiVersion: 'sluice/v1',
  kind: 'Policy',
  metadata: { name: 'unwatched' },
  spec: { validation: { required: false } },
};

/** A release of one cluster, one unit first and then the others, that nobody has to watch. */
function release(cluster: number): object {
  return {
    apiVersion: 'sluice/v1',
    kind: 'Release',
    metadata: { name: `service-${cluster}` },
    spec: {
      service: `service-${cluster}`,
      version: '2.0.0',
      topology: 'production',
      policy: 'unwatched',
      rollout: [{ clusters: [`zone-${cluster}`], batches: [1, '100%'] }],
      interval: { default: '1s' },
      reason: 'A measurement',
    },
  };
}

/** Follows the log until so many releases have ended. */
async function untilEnded(store: EventStore, releases: number): Promise<{ completed: number; at: number }> {
  let [completed, ended] = [0, 0];
  return new Promise((resolve, reject) => {
    const tooLong = () => reject(new Error(`after ${PATIENCE_MS} ms ${ended} of ${releases} releases had ended`));
    const timer = setTimeout(tooLong, PATIENCE_MS);
    const following = store.subscribe({ categories: ['release'] }, ({ type }) => {
      if (type === 'ReleaseCompleted.v1') completed += 1;
      if (ENDS.includes(type)) ended += 1;
      if (ended < releases) return;
      clearTimeout(timer);
      resolve({ completed, at: performance.now() });
    });
    following.then(({ closed }) => closed, reject).catch(reject);
  });
}
