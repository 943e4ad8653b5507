import { openEventStore } from '#event-store';
import { TeamHistory } from './history.js';

const TEAMS = 20;
/** At least so many are written. */
export const EVENTS = 30_000;

/** What was written into the log. */
export interface Filled {
  readonly events: number;
  readonly releases: number;
  /** The position of the last event. */
  readonly head: number;
}

/** Writes the releases of some teams, side by side as the services would. */
export async function fill(url: string): Promise<Filled> {
  const store = await openEventStore(url, { name: 'bench' });
  let [events, releases] = [0, 0];
  const teams = Array.from({ length: TEAMS }, async (_, number) => {
    const history = new TeamHistory(store, `team-${number}`);
    while (events < EVENTS) {
      const more = await history.release();
      events += more;
      releases += 1;
    }
  });
  await Promise.all(teams);
  const head = (await store.head()) ?? -1;
  await store.close();
  return { events, releases, head };
}
