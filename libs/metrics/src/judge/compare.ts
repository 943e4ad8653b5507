import { binomialTail, poissonTail } from '../statistics/tails.js';

/** How often something happened, and how often it could have. */
export interface Counts {
  readonly events: number;
  readonly exposure: number;
}

/** What the comparison says. Small numbers speak against the change; null where there was nothing to compare with. */
export interface Comparison {
  /** How likely so many events, or more, are if the change is at most `1 + tolerance` times as bad as the reference. */
  readonly asBadAsReference: number | null;
  /** How likely so many events, or more, are if the rate is the guard. */
  readonly withinGuard: number | null;
}

/**
 * The level at which a comparison is believed.
 *
 * A batch is looked at again and again, which multiplies the chance that one of the looks cries wolf: n looks at
 * unrelated data would do so n times as often. Looks at a growing sum are far from unrelated, but the level is chosen
 * as if a few dozen were: it is small. A test that allows any number of looks takes the place of this file.
 */
export const ALPHA = 1e-4;

/**
 * Compares the changed side with a reference, as counts of rare events.
 *
 * With a reference: given that x + y events happened on both sides together, x on the changed one with exposure n and
 * y on the other with exposure m, x is Binomial(x + y, theta) with `theta = n (1 + d) / (n (1 + d) + m)` if the changed
 * rate is exactly `1 + d` times the reference's; a lower rate makes large x less likely. `P(X >= x)` is exact for every
 * size, knows that the reference is a sample too, and needs no special case for a reference without any events: one
 * error against none has the probability theta.
 *
 * With a guard g: `P(X >= x)` for X ~ Poisson(g n), which is a little more lenient than the binomial.
 *
 * Parts of an event are dropped.
 */
export function compare(
  changed: Counts,
  reference: Counts | null,
  rules: { readonly tolerance: number; readonly guard: number | null },
): Comparison {
  const x = Math.floor(changed.events);
  return {
    asBadAsReference: reference && tailAgainst(x, changed.exposure, reference, rules.tolerance),
    withinGuard: rules.guard === null ? null : poissonTail(x, rules.guard * changed.exposure),
  };
}

function tailAgainst(x: number, exposure: number, reference: Counts, tolerance: number): number {
  const weight = exposure * (1 + tolerance);
  return binomialTail(x, x + Math.floor(reference.events), weight / (weight + reference.exposure));
}
