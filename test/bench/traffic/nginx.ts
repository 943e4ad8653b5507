import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrafficMode, TrafficSplit } from '#domain';
import { nginxConfiguration, nginxSplit, routerFor } from '#traffic';
import { freePlaces } from '../free-places.js';
import { ServerProcess } from '../server-process.js';
import { environmentWith } from './environment.js';
import type { RunningRouter } from './haproxy.js';
import type { UnitPlaces } from './units.js';

interface Divides {
  readonly mode: TrafficMode;
  readonly split: TrafficSplit;
}

/** nginx with the generated configuration, a worker for each core, dividing by this split, its log in a file. */
export async function startNginx(
  program: string,
  folder: string,
  units: UnitPlaces,
  { mode, split }: Divides,
): Promise<RunningRouter> {
  await mkdir(folder);
  const [edge = '', fromStaging = '', fromProduction = '', status = ''] = await freePlaces(4);
  const places = { edge, fromStaging, fromProduction };
  const command = [program, '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
  const nginx = {
    split: join(folder, 'split.conf'),
    test: [...command, '-t'],
    reload: [...command, '-s', 'reload'],
    status,
    log: join(folder, 'calls.ndjson'),
    listen: edge,
  };
  const environment = environmentWith(units, places, { nginx });
  await writeFile(nginx.split, nginxSplit(split));
  await writeFile(join(folder, 'sluice.conf'), nginxConfiguration(environment, { mode }));
  await writeFile(join(folder, 'nginx.conf'), mainConfiguration(folder));
  const process = await ServerProcess.start([...command, '-g', 'daemon off;'], edge, join(folder, 'output.log'));
  return { ...places, process, router: routerFor(environment, mode) };
}

function mainConfiguration(folder: string): string {
  // As root it would give its workers to a user who may not enter the folder.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `    ${kind}_temp_path ${join(folder, kind)};`,
  );
  return `${user}
worker_processes auto;
pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'error.log')};
events { worker_connections 1024; }
http {
    access_log off;
    # The client of a measurement does not come again when its connection has had its thousand requests.
    keepalive_requests 100000000;
${temporary.join('\n')}
    include ${join(folder, 'sluice.conf')};
}
`;
}
