import { CONFIGURATION_CATEGORY } from '#domain';

/** Categories of streams that are shown to the outside. What validators counted is for the observer and the audit. */
export const FEED_CATEGORIES: readonly string[] = ['release', 'refusal', ...Object.values(CONFIGURATION_CATEGORY)];

/** The two streams that tell of a release: what was decided, and what was refused. */
export function streamsOf(release: string): readonly [string, string] {
  return [`release-${release}`, `refusal-${release}`];
}
