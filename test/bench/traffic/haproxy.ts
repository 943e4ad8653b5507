import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TrafficSplit } from '#domain';
import { CLOSED_SHARES, haproxyConfiguration, RouterError, routerFor, type TrafficRouter } from '#traffic';
import { freePlaces } from '../free-places.js';
import { ServerProcess } from '../server-process.js';
import { environmentWith, type RouterPlaces } from './environment.js';
import type { UnitPlaces } from './units.js';

const READY_MS = 10_000;

export interface RunningRouter extends RouterPlaces {
  readonly process: ServerProcess;
  readonly router: TrafficRouter;
}

/** HAProxy with the generated configuration, dividing by this split, its log in a file. */
export async function startHaproxy(
  program: string,
  folder: string,
  units: UnitPlaces,
  split: TrafficSplit,
): Promise<RunningRouter> {
  await mkdir(folder);
  const [edge = '', fromStaging = '', fromProduction = ''] = await freePlaces(3);
  const places = { edge, fromStaging, fromProduction };
  const haproxy = { admin: join(folder, 'admin'), map: join(folder, 'shares'), listen: edge };
  const environment = environmentWith(units, places, { haproxy });
  await writeFile(haproxy.map, CLOSED_SHARES);
  const configuration = join(folder, 'haproxy.cfg');
  await writeFile(configuration, haproxyConfiguration(environment));
  const process = await ServerProcess.start([program, '-db', '-f', configuration], edge, join(folder, 'calls.ndjson'));
  const router = routerFor(environment, 'split');
  try {
    await applyWhenReady(router, split);
  } catch (error) {
    await process.stop();
    throw error;
  }
  return { ...places, process, router };
}

/** It takes a moment until the first health check of a unit is done. */
async function applyWhenReady(router: TrafficRouter, split: TrafficSplit): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    try {
      return await router.apply(split, { timeoutMs: READY_MS });
    } catch (error) {
      if (!(error instanceof RouterError) || error.code !== 'not-ready' || performance.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
