import { judge, touchedBatches } from './claims.mjs';

/** @typedef {import('./claims.mjs').Facts} Facts */

/**
 * The demo's last line.
 * @param {Facts} facts
 */
export function summarize(facts) {
  const { good, bad, worse, stagingPassed, fleet, staging, calls, totals, integrity, seconds } = facts;
  return {
    ok: judge(facts).every(({ holds }) => holds),
    releases: [good, bad, worse].map((release, i) => ({
      id: release.id,
      version: release.version,
      state: release.state,
      staging: stagingPassed[i] ? 'passed' : 'stopped',
      batches: release.batches.length,
      deployedBatches: touchedBatches(release).length,
      rolledBackUnits: unitsOf(release.batches.filter(isRolledBack)),
      rolledBackStagingUnits: unitsOf(
        [release.staging].flatMap((batch) => (batch && isRolledBack(batch) ? batch : [])),
      ),
    })),
    fleet,
    staging: {
      fleet: staging,
      userRequests: totals.bySide.users.staging.requests,
      internalRequests: totals.bySide.internal.staging.requests,
      failedRequests: totals.bySide.users.staging.failed + totals.bySide.internal.staging.failed,
      calls: calls.calls,
      leaks: calls.leaks,
    },
    requests: totals.requests,
    failedRequests: totals.failed,
    failedRequestsByVersion: Object.fromEntries(
      Object.entries(totals.byVersion).map(([version, { failed }]) => [version, failed]),
    ),
    events: integrity.events,
    integrity: integrity.ok ? 'ok' : (integrity.firstProblem ?? 'broken'),
    seconds,
  };
}

/** @param {{ state: string }} batch */
function isRolledBack({ state }) {
  return state === 'rolled-back';
}

/** @param {{ units: string[] }[]} batches */
function unitsOf(batches) {
  return batches.reduce((sum, { units }) => sum + units.length, 0);
}
