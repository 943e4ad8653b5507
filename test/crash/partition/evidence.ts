import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES } from '../../../deploy/local/plane.mjs';
import type { PartitionedPlane } from './partitioned-plane.js';

const TAIL_LINES = 12;

/**
 * What is left of a trial that failed, before everything is taken down: the time line, whole logs, each NATS
 * server's copy of SLUICE_LOG and what it tells of itself in a folder that stays, and the ends of the services' logs to
 * be read at once.
 */
export async function keepEvidence(running: PartitionedPlane, timeLine: readonly string[]): Promise<string[]> {
  const { cluster, folders, networks } = running;
  const folder = await mkdtemp(join(tmpdir(), 'sluice-partition-failed-'));
  await writeFile(join(folder, 'time-line.txt'), `${timeLine.join('\n')}\n`);
  await cp(folders.logs, join(folder, 'services'), { recursive: true });
  for (const host of networks.hosts) {
    await cp(folders.log(host), join(folder, `${host.name}.log`));
    await cp(folders.copy(host), join(folder, `${host.name}-copy`), { recursive: true });
    await writeFile(join(folder, `${host.name}.json`), JSON.stringify(await cluster.account(host), null, 1));
  }
  const copies = await Promise.all(networks.hosts.map((host) => cluster.copyAt(host)));
  const tails: string[] = [];
  for (const service of SERVICES) {
    const lines = (await readFile(join(folders.logs, `${service}.log`), 'utf8')).trimEnd().split('\n');
    tails.push(`the end of the log of the ${service}:`, ...lines.slice(-TAIL_LINES).map((line) => `  ${line}`));
  }
  return [...timeLine, ...copies, ...tails, `logs, and what each NATS server told of itself, are kept in ${folder}`];
}
