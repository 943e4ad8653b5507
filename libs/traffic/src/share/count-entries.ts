import type { EnvironmentSpec } from '#domain';
import type { CallRecord } from '../calls/call-record.js';
import type { SideCounts } from '../port.js';

/** Clients' calls by where they came from and where they went. */
export interface EntryCounts {
  readonly internal: SideCounts;
  readonly production: SideCounts;
}

export const NO_ENTRIES: EntryCounts = {
  internal: { staging: 0, production: 0 },
  production: { staging: 0, production: 0 },
};

/** Counts the calls of clients among these. A call that nobody took went to neither side. */
export function countEntries(calls: readonly CallRecord[], spec: Pick<EnvironmentSpec, 'services'>): EntryCounts {
  const staging = new Set(spec.services.flatMap(({ units }) => units.map(({ address }) => address)));
  const counts = { internal: { staging: 0, production: 0 }, production: { staging: 0, production: 0 } };
  for (const { entry, internal, destination } of calls) {
    if (!entry || destination === '' || destination === '-') continue;
    counts[internal ? 'internal' : 'production'][staging.has(destination) ? 'staging' : 'production'] += 1;
  }
  return counts;
}

/** Both together. */
export function addEntries(one: EntryCounts, other: EntryCounts): EntryCounts {
  return { internal: addSides(one.internal, other.internal), production: addSides(one.production, other.production) };
}

function addSides(one: SideCounts, other: SideCounts): SideCounts {
  return { staging: one.staging + other.staging, production: one.production + other.production };
}
