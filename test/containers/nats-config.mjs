import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../deploy/local/setup.mjs';

const SYNC = /^ *sync_interval:.*\n/m;

/**
 * The configuration of docker-compose.yml, as the server in the image understands it: before 2.10 it knows no
 * `sync_interval`. Debian still has such a server, and so have images made of it.
 * @param {string} told what `nats-server --version` says
 * @param {string} folder where another file may be written
 * @returns {{ version: string, file: string, isWhole: boolean }}
 */
export function natsConfig(told, folder) {
  const [version, major, minor] = /(\d+)\.(\d+)\.\S*/.exec(told) ?? [];
  if (!version) throw new Error(`this is no version of a NATS server: ${told}`);
  const file = join(ROOT, 'deploy/docker/nats.conf');
  if (Number(major) > 2 || Number(minor) >= 10) return { version, file, isWhole: true };
  const other = join(folder, 'nats.conf');
  writeFileSync(other, readFileSync(file, 'utf8').replace(SYNC, ''));
  return { version, file: other, isWhole: false };
}
