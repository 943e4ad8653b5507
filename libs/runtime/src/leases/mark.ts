/** A moment by both clocks: one stands still while the machine sleeps, the other can be set. */
export interface Mark {
  readonly steady: number;
  readonly wall: number;
}

export function markNow(): Mark {
  return { steady: performance.now(), wall: Date.now() };
}

/** Milliseconds since a mark, by the clock that says more. */
export function sinceMark({ steady, wall }: Mark): number {
  return Math.max(performance.now() - steady, Date.now() - wall);
}
