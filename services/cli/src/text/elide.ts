/** The first and the last of many, and how many there are in between; all of them when they are few enough. */
export interface Elided<T> {
  readonly first: readonly T[];
  readonly hidden: number;
  readonly last: readonly T[];
}

/** At most `most` of the items; three quarters of them from the front. */
export function elide<T>(items: readonly T[], most: number): Elided<T> {
  if (items.length <= most) return { first: items, hidden: 0, last: [] };
  const front = Math.ceil(most * 0.75);
  const back = most - front;
  return { first: items.slice(0, front), hidden: items.length - most, last: back > 0 ? items.slice(-back) : [] };
}
