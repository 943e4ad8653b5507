/** Room for the events of one commit. A power of two above `MAX_EVENTS_PER_COMMIT`, so that positions never meet. */
const POSITIONS_PER_COMMIT = 1024;

/** The place of an event in the whole log: where its commit stands (1, 2, 3, …) and where it stands in its commit. */
export function positionOf(sequence: number, index: number): number {
  return sequence * POSITIONS_PER_COMMIT + index;
}

/** The sequence of the commit that an event's position lies in. */
export function sequenceOf(position: number): number {
  return Math.floor(position / POSITIONS_PER_COMMIT);
}
