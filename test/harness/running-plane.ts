import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileFleet, startNats } from '#testing';
import { createPlane, type Plane, type ServiceName } from '../../deploy/local/plane.mjs';
import { Api } from './api.js';

/** NATS, the five services as five processes, and units: everything real, in a folder that is gone afterwards. */
export interface RunningPlane {
  readonly plane: Plane;
  readonly api: Api;
  readonly fleet: FileFleet;
  readonly folder: string;
  stop(): Promise<void>;
}

interface PlaneOptions {
  /** Whether a service that dies is started again by itself. */
  readonly supervised?: boolean;
  /** A NATS server that is there already and stays; without one, the plane has its own. */
  readonly natsUrl?: string;
  /** What all services find in their environment beside the test's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** What one service alone finds in its environment. */
  readonly own?: Partial<Record<ServiceName, NodeJS.ProcessEnv>>;
}

export async function startPlane({
  supervised = true,
  natsUrl,
  env = {},
  own = {},
}: PlaneOptions = {}): Promise<RunningPlane> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-plane-'));
  const data = join(folder, 'data');
  const nats = natsUrl === undefined ? await startNats() : { url: natsUrl, stop: async () => undefined };
  const plane = await createPlane({ data, natsUrl: nats.url, supervised, env: { ...process.env, ...env }, own });
  const fleet = new FileFleet(join(folder, 'fleet'));
  const stop = async () => {
    await plane.stop();
    await fleet.stop();
    await nats.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    plane.start();
    await plane.ready();
  } catch (error) {
    await stop();
    throw error;
  }
  return { plane, fleet, folder, stop, api: new Api(plane.url, data) };
}
