import type { Reading } from './reading.js';

/** How long a release has really run and was observed, as far as readings of steady clocks show. In milliseconds. */
export interface RunTime {
  /** The last one; null before the first. */
  readonly reading: Reading | null;
  /** The moment of the last reading by the calendar, since the epoch. */
  readonly at: number;
  /** What has passed for certain since the start. Between readings of two clocks nothing counts. */
  readonly total: number;
  /** The same as far as the log shows it: what a crash would leave of it. */
  readonly logged: number;
  /** `total` when production was opened; null before that. */
  readonly openedAt: number | null;
  /** The observation of the waves that are over. A wave is observed for as long as its longest batch. */
  readonly observed: number;
  /** The longest observation of a batch that has passed since the newest wave was opened. */
  readonly observedInWave: number;
}

/** INT-5: how long batches to come are to be observed, by what those before them showed. */
export interface AdaptiveState {
  /** In milliseconds. */
  readonly interval: number;
  /** Clean batches in a row since it last changed. */
  readonly clean: number;
  /** What the last batch that changed it did, in words; null before one did. */
  readonly because: string | null;
}
