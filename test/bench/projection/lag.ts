import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '#event-store';
import type { ProjectionRun } from '../../../services/audit/src/projection/projection-run.js';
import { quantile } from '../statistics.js';
import { TeamHistory } from './history.js';

const TEAMS = 4;
const ORDERS_A_SECOND = 200;
const LOAD_MS = 10_000;
const GIVEN_UP_MS = 30_000;

/** How long it took from the moment an event was acknowledged by the log until its rows could be read, in milliseconds. */
export interface Lag {
  readonly orders: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Appends at a steady rate, and looks when what was appended is in the read models. */
export async function followUnderLoad(store: EventStore, run: ProjectionRun, name: string): Promise<Lag> {
  const lags: Promise<number>[] = [];
  const stored = (position: number) => {
    const acknowledged = performance.now();
    const isThere = run.reached(position, GIVEN_UP_MS);
    lags.push(isThere.then((there) => (there ? performance.now() - acknowledged : Number.POSITIVE_INFINITY)));
  };
  const began = performance.now();
  const teams = Array.from({ length: TEAMS }, async (_, number) => {
    let beats = 0;
    const beat = async () => {
      const due = began + (1_000 * (beats++ * TEAMS + number)) / ORDERS_A_SECOND;
      await sleep(Math.max(0, due - performance.now()));
    };
    const history = new TeamHistory(store, `${name}-${number}`, { beat, stored });
    while (performance.now() - began < LOAD_MS) await history.release();
  });
  await Promise.all(teams);
  const seconds = (performance.now() - began) / 1_000;
  const sorted = (await Promise.all(lags)).sort((one, other) => one - other);
  return {
    orders: sorted.length,
    perSecond: sorted.length / seconds,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  };
}
