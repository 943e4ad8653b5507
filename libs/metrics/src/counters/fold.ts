import { type Missing, type MissingUnits, missingUnits, NONE_MISSING } from './missing.js';
import type { Reading, Sides, Tally, Totals, UnitReading } from './reading.js';

/** What is kept between rounds: the totals of each unit when it last said something. */
export type Bases = Readonly<Record<string, Base>>;

/** The last that a unit said. */
interface Base {
  readonly totals: Totals;
  readonly start?: number;
}

/** Before the first round. */
export const NO_BASES: Bases = {};

/**
 * Turns a round of totals into what was added since the last one.
 *
 * - The first reading of a unit adds nothing: it is what later ones are compared with.
 * - A unit whose process has started anew has counted from zero.
 * - A unit that is missing for some rounds adds, when it is back, what it counted in the meantime.
 * - A counter that goes down while its process is the same, or without a word about it, cannot be trusted: the unit is
 *   missing in this round, and counts from here on.
 */
export function addReading(bases: Bases, reading: Reading, sides: Sides): { bases: Bases; tally: Tally } {
  const next: Record<string, Base> = { ...bases };
  const side = (units: readonly string[]): { sum: Totals; missing: MissingUnits } => {
    const added: Totals[] = [];
    const missing: Missing[] = [];
    for (const unit of units) {
      const said = reading.units[unit] ?? { missing: 'was not asked' };
      const step = since(bases[unit], said);
      if (step.base) next[unit] = step.base;
      if (step.missing === null) added.push(step.added);
      else missing.push({ unit, why: step.missing });
    }
    return { sum: sumTotals(added), missing: missingUnits(missing) };
  };
  const changed = side(sides.changed);
  const control = side(sides.control);
  const missing = { changed: changed.missing, control: control.missing };
  return { bases: next, tally: { at: reading.at, changed: changed.sum, control: control.sum, missing } };
}

interface Step {
  readonly added: Totals;
  readonly base?: Base;
  readonly missing: string | null;
}

function since(base: Base | undefined, said: UnitReading): Step {
  if ('missing' in said) return { added: {}, missing: said.missing };
  if (!base) return { added: zeros(said.totals), base: said, missing: null };
  const problem = backwards(base.totals, said.totals);
  if (hasRestarted(base, said, problem !== null)) return { added: said.totals, base: said, missing: null };
  if (problem !== null) return { added: {}, base: said, missing: problem };
  return {
    added: mapTotals(said.totals, (total, name) => total - (base.totals[name] ?? 0)),
    base: said,
    missing: null,
  };
}

/** Clients that work out their start from the clock say it a little differently each time. */
const START_JITTER_SECONDS = 2;

function hasRestarted(base: Base, said: Base, isBackwards: boolean): boolean {
  if (base.start === undefined || said.start === undefined) return false;
  const later = said.start - base.start;
  return later > START_JITTER_SECONDS || (isBackwards && later !== 0);
}

/** Why these totals cannot follow those within one process; null when they can. */
function backwards(from: Totals, to: Totals): string | null {
  const names = Object.keys(to);
  if (Object.keys(from).length !== names.length || names.some((name) => from[name] === undefined)) {
    return 'counts by other buckets than before, without having been started anew';
  }
  const down = names.some((name) => (to[name] ?? 0) < (from[name] ?? 0));
  return down ? 'has a counter that went backwards without the process having been started anew' : null;
}

const zeros = (totals: Totals): Totals => mapTotals(totals, () => 0);

function mapTotals(totals: Totals, change: (total: number, name: string) => number): Totals {
  return Object.fromEntries(Object.entries(totals).map(([name, total]) => [name, change(total, name)]));
}

/** All tallies together: sums for each side, and who was missing in the latest one. */
export function sumTallies(tallies: readonly Tally[]): Pick<Tally, 'changed' | 'control' | 'missing'> {
  return {
    changed: sumTotals(tallies.map((tally) => tally.changed)),
    control: sumTotals(tallies.map((tally) => tally.control)),
    missing: tallies.at(-1)?.missing ?? { changed: NONE_MISSING, control: NONE_MISSING },
  };
}

/**
 * Adds up what has the same name everywhere. A bucket that only some of the units have counts only their requests, and
 * is left out. Totals without any name are those of rounds in which nobody said anything.
 */
function sumTotals(all: readonly Totals[]): Totals {
  const [first = {}, ...others] = all.filter((totals) => Object.keys(totals).length > 0);
  const names = Object.keys(first).filter((name) => others.every((totals) => totals[name] !== undefined));
  return Object.fromEntries(
    names.map((name) => [name, others.reduce((sum, totals) => sum + (totals[name] ?? 0), first[name] ?? 0)]),
  );
}
