import { join } from 'node:path';
import { CLOSED, type TrafficMode, type TrafficSplit } from '#domain';
import type { TrafficRouter } from '#traffic';
import { findProgram, type ServerProcess } from '../server-process.js';
import { type RunningRouter, startHaproxy } from './haproxy.js';
import { startNginx } from './nginx.js';
import type { UnitPlaces } from './units.js';

/** A way from a client to a unit and back. */
export interface Way {
  readonly name: string;
  /** The way that it is compared with; null for one that others are compared with. */
  readonly against: string | null;
  /** `host:port` */
  readonly place: string;
  readonly requests: readonly Buffer[];
  /** Counts the requests that came this way. */
  readonly router?: TrafficRouter;
}

export interface Ways {
  readonly ways: readonly Way[];
  /** What was left out, and why. */
  readonly skipped: readonly string[];
  readonly processes: readonly ServerProcess[];
}

const USERS = 1_000;
const OPEN: TrafficSplit = { internal: '100%', production: '1%' };
const TAG = 'baggage: user=7,sluice.env=staging\r\nx-sluice-env: staging\r\n';
const untagged = requestsWith('');
const tagged = requestsWith(TAG);

/** Starts the routers that this machine has and names every way that there is. */
export async function startWays(folder: string, units: UnitPlaces): Promise<Ways> {
  const started: RunningRouter[] = [];
  const skipped: string[] = [];
  const ways: Way[] = [
    { name: 'direct', against: null, place: units.production, requests: untagged },
    { name: 'direct, tagged', against: 'direct', place: units.production, requests: tagged },
  ];
  const take = (router: RunningRouter): RunningRouter => {
    started.push(router);
    return router;
  };
  try {
    const haproxy = findProgram('haproxy');
    if (haproxy) {
      const closed = take(await startHaproxy(haproxy, join(folder, 'haproxy-closed'), units, CLOSED));
      const open = take(await startHaproxy(haproxy, join(folder, 'haproxy-open'), units, OPEN));
      ways.push(clients('HAProxy, closed', closed), clients('HAProxy, 1 %', open), {
        name: 'HAProxy, internal, tagged',
        against: 'direct, tagged',
        place: open.fromProduction,
        requests: tagged,
      });
    } else skipped.push('HAProxy: there is no haproxy (Debian: apt-get install haproxy)');
    const nginx = findProgram('nginx');
    if (nginx) {
      const start = async (name: string, mode: TrafficMode, split: TrafficSplit): Promise<Way> =>
        clients(
          `nginx, ${name}`,
          take(await startNginx(nginx, join(folder, `nginx-${name.replace(/\W+/g, '-')}`), units, { mode, split })),
        );
      ways.push(await start('closed', 'split', CLOSED));
      ways.push(await start('1 %', 'split', OPEN));
      ways.push(await start('mirror 1 %', 'mirror', OPEN));
    } else skipped.push('nginx: there is no nginx (Debian: apt-get install nginx-light)');
  } catch (error) {
    await Promise.all(started.map((router) => router.process.stop()));
    throw error;
  }
  ways.push(
    { name: 'a service that calls another', against: null, place: units.forgetful, requests: untagged },
    {
      name: 'the same, handing on the tag',
      against: 'a service that calls another',
      place: units.mindful,
      requests: tagged,
    },
  );
  return { ways, skipped, processes: started.map((router) => router.process) };
}

/** The way of clients, in by the edge of a router. */
function clients(name: string, { edge, router }: RunningRouter): Way {
  return { name, against: 'direct', place: edge, requests: untagged, router };
}

/** One for each user: they take turns, so that a share of users is a share of requests. */
function requestsWith(headers: string): Buffer[] {
  return Array.from({ length: USERS }, (_, user) =>
    Buffer.from(`GET / HTTP/1.1\r\nhost: bench\r\ncookie: uid=user-${user}\r\n${headers}\r\n`),
  );
}
