import { RRuleTemporal } from 'rrule-temporal';
import type { WallTime } from './wall-time.js';

/** Periods (years, days, …) that are looked at one after another before it is given up. */
const MOST_PERIODS = 10_000;
/** So much is looked at in one go. */
const STEP_MS = 32 * 86_400_000;

/**
 * A rule of RFC 5545 on the clocks of one place: it knows of wall times alone, so that a change of the clocks leaves
 * nothing out. Its first beginning is among those that it gives, whether or not it fits the rule itself.
 *
 * The library reads no clock as long as it is given the times to look between, and gets there without going through all
 * that lies before: a rule without an end is asked in steps of bounded size, and so takes bounded time.
 */
export class Recurrence {
  readonly #rule: RRuleTemporal;

  /** @throws Error of the library, in words, when it breaks a constraint of RFC 5545 */
  constructor(rule: string, from: WallTime) {
    this.#rule = ruleOf(rule, from, true);
  }

  /** All that begin from the one time on until just before the other, in order. They should not be years apart. */
  between(from: WallTime, to: WallTime): WallTime[] {
    return inStep(this.#rule, from, to);
  }

  /** Whether the rule itself gives any time from `from` on until just before `to`. */
  static occurs(rule: string, from: WallTime, to: WallTime): boolean {
    const alone = ruleOf(rule, from, false);
    for (let at = from; at < to; at += STEP_MS)
      if (inStep(alone, at, Math.min(to, at + STEP_MS)).length > 0) return true;
    return false;
  }

  /**
   * The last of so many, counted from the first.
   * @throws Error of the library when these are too far apart
   */
  static lastOf(count: number, rule: string, from: WallTime): WallTime {
    const all = ruleOf(`${rule};COUNT=${count}`, from, true).all();
    return all.at(-1)?.epochMilliseconds ?? from;
  }
}

function inStep(rule: RRuleTemporal, from: WallTime, to: WallTime): WallTime[] {
  if (to <= from) return [];
  const found = rule.between(new Date(from), new Date(to - 1), true);
  return found.map(({ epochMilliseconds }) => epochMilliseconds);
}

function ruleOf(rule: string, from: WallTime, includeDtstart: boolean): RRuleTemporal {
  const start = new Date(from).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return new RRuleTemporal({
    rruleString: `DTSTART;TZID=UTC:${start}\nRRULE:${rule}`,
    includeDtstart,
    strict: true,
    maxIterations: MOST_PERIODS,
    cache: false,
  });
}
