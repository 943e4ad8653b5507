import type { Contender } from './contender.js';

/** A release that needs these units, and what else is said of it. Its clusters are the letters of its units. */
export function contender(release: string, units: readonly string[], more: Partial<Contender> = {}): Contender {
  return {
    release,
    topology: 'production',
    units: new Set(units),
    environment: null,
    startedAt: null,
    begun: false,
    waits: false,
    ended: false,
    policy: { name: 'default', budgets: undefined },
    clusters: new Set(units.map((unit) => unit.charAt(0))),
    ...more,
  };
}

/** The same once it was started, at that place of the log, and has begun. */
export function begun(release: string, units: readonly string[], startedAt: number, more: Partial<Contender> = {}) {
  return contender(release, units, { startedAt, begun: true, ...more });
}

/** Started, and waits for its turn. */
export function waiting(release: string, units: readonly string[], startedAt: number, more: Partial<Contender> = {}) {
  return contender(release, units, { startedAt, waits: true, ...more });
}
