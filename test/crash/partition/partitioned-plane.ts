import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileFleet } from '#testing';
import { createPlane, type Plane } from '../../../deploy/local/plane.mjs';
import { Api } from '../../harness/api.js';
import { Cluster } from './cluster.js';
import { type Host, Networks } from './networks.js';

const SERVERS = 3;
const DEPLOY_SECONDS = 0.7;

/** The five services as five processes on this machine, and three NATS servers on hosts of their own. */
export interface PartitionedPlane {
  readonly networks: Networks;
  readonly cluster: Cluster;
  readonly plane: Plane;
  readonly api: Api;
  readonly fleet: FileFleet;
  /** What is on the disk as long as it runs: logs of the services, and of each NATS server its own and its copy of SLUICE_LOG. */
  readonly folders: { readonly logs: string; log(host: Host): string; copy(host: Host): string };
  stop(): Promise<void>;
}

export async function startPartitionedPlane(): Promise<PartitionedPlane> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-partition-'));
  const data = join(folder, 'data');
  const networks = await Networks.make(SERVERS, folder);
  const endings: (() => Promise<unknown>)[] = [() => networks.remove()];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const cluster = await Cluster.start(networks.hosts, folder);
    endings.push(() => cluster.stop());
    const fleet = new FileFleet(join(folder, 'fleet'), DEPLOY_SECONDS);
    endings.push(() => fleet.stop());
    // Not supervised: a service that dies because a server is away is not started again, and is missed.
    const plane = await createPlane({ data, natsUrl: cluster.url, supervised: false });
    endings.push(() => plane.stop());
    plane.start();
    await plane.ready();
    const folders = {
      logs: join(data, 'logs'),
      log: ({ name }: Host) => join(folder, name, 'log'),
      copy: ({ name }: Host) => join(folder, name, 'data/jetstream/$G/streams/SLUICE_LOG/msgs'),
    };
    return { networks, cluster, plane, fleet, folders, api: new Api(plane.url, data), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
