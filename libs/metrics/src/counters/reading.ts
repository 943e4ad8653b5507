import type { MissingUnits } from './missing.js';

/** Running totals that only grow, by name: `{ events, exposure }`, or the buckets of a histogram by their edge. */
export type Totals = Readonly<Record<string, number>>;

/** What one unit's counters say, or why they say nothing. `start`: when its process started, in seconds since 1970. */
export type UnitReading = { readonly totals: Totals; readonly start?: number } | { readonly missing: string };

/** One round: what all watched units said at one time. */
export interface Reading {
  /** ISO-8601. */
  readonly at: string;
  readonly units: Readonly<Record<string, UnitReading>>;
}

/** The units of a comparison. */
export interface Sides {
  readonly changed: readonly string[];
  readonly control: readonly string[];
}

/**
 * What was added in one round, on each side. All tallies of a batch, in order, are enough to recompute its verdict bit
 * for bit; they are what is stored.
 */
export interface Tally {
  /** ISO-8601. */
  readonly at: string;
  readonly changed: Totals;
  readonly control: Totals;
  readonly missing: { readonly changed: MissingUnits; readonly control: MissingUnits };
}
