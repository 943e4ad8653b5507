import { type Evidence, environmentOf, STAGING_VALIDATORS, type StagingNow } from '#domain';
import { routerFor } from '#traffic';
import type { RoundObserved } from '../watching/observation.js';
import type { ValidatorWatch } from '../watching/validator-watch.js';
import { type CallFeed, CallPositions } from './call-feed.js';
import { ClosedLoopWatch } from './closed-loop-watch.js';
import { TrafficShareWatch } from './traffic-share-watch.js';

export const [CLOSED_LOOP, TRAFFIC_SHARE] = STAGING_VALIDATORS;

/**
 * The two watches that every staging environment has beside those of the release.
 *
 * @param rounds those of this deployment that are in the log now
 */
export function stagingWatches(
  { planned, traffic }: StagingNow,
  feed: CallFeed,
  rounds: () => readonly RoundObserved[],
): Map<string, ValidatorWatch> {
  const { spec } = planned;
  const probed = positionsOf(traffic.probe?.evidence);
  const loop = new ClosedLoopWatch(spec, feed, () => lastPositions(rounds()) ?? probed);
  const share = new TrafficShareWatch(planned.traffic, routerFor(environmentOf(planned), planned.traffic.mode), (at) =>
    loop.entriesOf(at),
  );
  return new Map<string, ValidatorWatch>([
    [CLOSED_LOOP, loop],
    [TRAFFIC_SHARE, share],
  ]);
}

function lastPositions(rounds: readonly RoundObserved[]): CallPositions | null {
  const isRead = ({ findings }: RoundObserved) => findings[CLOSED_LOOP]?.kind === 'calls';
  const last = rounds.findLast(isRead)?.findings[CLOSED_LOOP];
  return last?.kind === 'calls' ? last.positions : null;
}

/** Where the probe has stopped reading. Without that, the files' ends. */
function positionsOf(evidence: Evidence | undefined): CallPositions {
  const read = CallPositions.safeParse(evidence?.positions);
  return read.success ? read.data : {};
}
