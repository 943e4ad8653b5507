import { FREEZE_RULE } from '../planning/rule-ids.js';
import { adaptedIntervals } from '../release/adaptive-intervals.js';
import type { Obstacle } from '../release/obstacle.js';
import { plannedBatch } from '../release/plan-index.js';
import { isStarted, type ReleaseState, type Started } from '../release/state.js';
import { toMs } from '../values/duration.js';
import type { Freeze } from './freeze.js';
import { type FreezeWait, type Opening, whenMayOpen } from './opening.js';

/**
 * Whether a release goes through freezes: it says that it is an emergency, and was started, which it is only once the
 * exception for that is approved.
 */
export function goesThroughFreezes(state: ReleaseState): boolean {
  if (!isStarted(state) || state.spec.emergency !== true || state.approvals.length === 0) return false;
  return state.plan.header.approval?.because.includes(FREEZE_RULE) ?? false;
}

/**
 * What freezes have to say of the next wave of a release: that it waits, and for how long; null when it may open. An
 * emergency that was approved goes through, and is told whose approval that is by. Staging is not frozen, and what is
 * under way already is not looked at.
 *
 * @param freezes those about the release
 */
export function freezeObstacle(state: Started, freezes: readonly Freeze[], now: number): Obstacle | null {
  const wave = state.openWave + 1;
  const numbers = state.plan.waves[wave] ?? [];
  if (wave === 0 || numbers.length === 0) return null;
  const clusters = new Set(numbers.map((number) => plannedBatch(state.plan, number).cluster));
  const intervalMs = longestInterval(state, wave);
  const opening = whenMayOpen(freezes, { clusters, intervalMs }, now);
  const { waits } = opening;
  if (!waits) return null;
  const isOn = waits.from <= now;
  if (!goesThroughFreezes(state)) return { cause: 'freeze', ...inWords(opening, waits, wave, isOn) };
  return isOn ? { cause: 'freeze', ...inWords(opening, waits, wave, isOn), allowedBy: whoAllowed(state) } : null;
}

/** As it will be once the wave opens: intervals that follow what was observed change then. */
function longestInterval(state: Started, wave: number): number {
  const changed = new Map(adaptedIntervals(state, wave).map(({ data }) => [data.batch, data.to]));
  return (state.plan.waves[wave] ?? []).reduce((most, number) => {
    const interval = changed.get(plannedBatch(state.plan, number).id) ?? state.batches.at(number).interval;
    return Math.max(most, toMs(interval));
  }, 0);
}

function inWords({ opensAt }: Opening, { window, reason, from, until }: FreezeWait, wave: number, isOn: boolean) {
  if (opensAt === null)
    return { sentence: `freeze ${window}: there is no time within a year at which wave ${wave} may open: ${reason}` };
  const over = iso(until);
  const ahead = `wave ${wave} would run into freeze ${window}, which begins at ${iso(from)}; it waits until ${over}`;
  return { sentence: `${isOn ? `freeze ${window} until ${over}` : ahead}: ${reason}`, until: over };
}

function iso(moment: number): string {
  return new Date(moment).toISOString();
}

function whoAllowed({ approvals }: Started): string {
  return approvals.map(({ actor, level, reason }) => `${actor} as ${level}${reason ? ` (${reason})` : ''}`).join(', ');
}
