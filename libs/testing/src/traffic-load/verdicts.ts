import type { TrafficTally } from './drive-traffic.js';

/** The users whose production traffic went to staging at least once. */
export function stagingUsers({ users }: TrafficTally): Set<string> {
  return new Set([...users].filter(([, { staging }]) => staging > 0).map(([user]) => user));
}

/** The users who were answered by both sides. */
export function dividedUsers({ users }: TrafficTally): string[] {
  return [...users].filter(([, { staging, production }]) => staging > 0 && production > 0).map(([user]) => user);
}

/**
 * The counts between which a binomial variable of `trials` and `probability` lies with 99.9 %: at most 0.05 % of the
 * distribution is below `low`, at most 0.05 % above `high`.
 */
export function binomialInterval(trials: number, probability: number): { low: number; high: number } {
  if (probability === 0 || probability === 1) return { low: trials * probability, high: trials * probability };
  const tail = 0.0005;
  const odds = Math.log(probability / (1 - probability));
  // Logarithms: with many trials the single probabilities are too small for a number.
  let logOfOne = trials * Math.log1p(-probability);
  let below = 0;
  let low: number | undefined;
  for (let k = 0; k < trials; k += 1) {
    below += Math.exp(logOfOne);
    if (low === undefined && below > tail) low = k;
    if (below >= 1 - tail) return { low: low ?? 0, high: k };
    logOfOne += Math.log((trials - k) / (k + 1)) + odds;
  }
  return { low: low ?? 0, high: trials };
}
