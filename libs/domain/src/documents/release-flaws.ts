import { toMillionths, WHOLE } from '../values/share.js';
import type { Flaw } from './flaw.js';

/**
 * Steps of a stage that cannot be right whatever the size of the cluster: sizes are cumulative, so shares grow,
 * numbers grow, nothing follows 100%, and the last share is 100%. How shares and numbers compare depends on the
 * cluster and shows when a plan is made, as does a last step that is a number.
 */
export function stepFlaws(steps: readonly (number | string)[]): Flaw[] {
  const flaws: Flaw[] = [];
  const largest: Record<'share' | 'number', { step: number | string; size: number } | undefined> = {
    share: undefined,
    number: undefined,
  };
  for (const [i, step] of steps.entries()) {
    const kind = typeof step === 'string' ? 'share' : 'number';
    const size = typeof step === 'string' ? toMillionths(step) : step;
    const whole = largest.share?.size === WHOLE ? largest.share : undefined;
    const earlier = whole ?? largest[kind];
    if (!earlier || (!whole && size > earlier.size)) largest[kind] = { step, size };
    else flaws.push({ path: [i], message: `does not add to ${earlier.step} before it; sizes are cumulative` });
  }
  const last = steps.at(-1);
  if (typeof last === 'string' && toMillionths(last) < WHOLE)
    flaws.push({ path: [steps.length - 1], message: 'must be 100%: the last batch reaches the whole cluster' });
  return flaws;
}

/** What judges every staging environment beside the release's own validators. */
export const STAGING_VALIDATORS = ['closed-loop', 'traffic-share'] as const;

/** Validators are told apart by their names, in verdicts and in the audit. */
export function repeatedNames(validators: readonly { readonly name: string }[]): Flaw[] {
  const seen = new Set<string>();
  return validators.flatMap(({ name }, i) => {
    const known = seen.has(name);
    seen.add(name);
    if ((STAGING_VALIDATORS as readonly string[]).includes(name))
      return [{ path: [i, 'name'], message: `${name} is what judges a staging environment; take another name` }];
    return known ? [{ path: [i, 'name'], message: `another validator is called ${name} already` }] : [];
  });
}
