/** A unit that said nothing usable. `why` completes “eu-1-a …”. */
export interface Missing {
  readonly unit: string;
  readonly why: string;
}

/** Units that said nothing usable: how many, and some of them. A whole region may be gone, and an event has its limits. */
export interface MissingUnits {
  readonly count: number;
  /** The first, at most 20. */
  readonly some: readonly Missing[];
}

const KEPT = 20;
const NAMED = 3;

export const NONE_MISSING: MissingUnits = { count: 0, some: [] };

export function missingUnits(all: readonly Missing[]): MissingUnits {
  return { count: all.length, some: all.slice(0, KEPT) };
}

/** `eu-1-a refuses connections, eu-1-b did not answer within 2000 ms, and 4 more`. */
export function describeMissing({ count, some }: MissingUnits): string {
  const named = some.slice(0, NAMED).map(({ unit, why }) => `${unit} ${why}`);
  const more = count - named.length;
  return more > 0 ? `${named.join(', ')}, and ${more} more` : named.join(', ');
}
