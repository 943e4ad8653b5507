/**
 * What is known at the end of the demo.
 * @typedef {object} Facts
 * @property {import('./api.mjs').Release} good as it ended
 * @property {import('./api.mjs').Release} bad as it ended
 * @property {Record<string, string | null>} fleet version by unit, as the units say
 * @property {import('./fleet.mjs').Deploy[]} deploys every run of the deploy command
 * @property {import('./api.mjs').Integrity} integrity
 * @property {import('./load.mjs').Totals} totals
 * @property {boolean} executorKilled
 * @property {number} seconds
 */

/**
 * What the demo claims, each with whether it is so.
 * @type {{ claim: (facts: Facts) => string, holds: (facts: Facts) => boolean }[]}
 */
const CLAIMS = [
  {
    claim: ({ good }) => `${good.name} is completed`,
    holds: ({ good }) => good.state === 'completed',
  },
  {
    claim: () => 'its executor was killed while units were being deployed, and nothing was done twice or left out',
    holds: ({ executorKilled, deploys, good, fleet }) =>
      executorKilled && Object.keys(fleet).every((unit) => runs(deploys, 'deploy', good.version, unit) === 1),
  },
  {
    claim: ({ bad }) => `${bad.name} is rolled back`,
    holds: ({ bad }) => bad.state === 'rolled-back',
  },
  {
    claim: ({ bad }) => `${bad.name} never got beyond its first batch`,
    holds: ({ bad, deploys }) => {
      const touched = touchedBatches(bad);
      const reached = deploys.filter(({ to }) => to === bad.version).map(({ unit }) => unit);
      return touched.length === 1 && reached.length > 0 && reached.every((unit) => touched[0]?.units.includes(unit));
    },
  },
  {
    claim: () => 'what was changed was changed once, and what was rolled back was rolled back once',
    holds: ({ bad, good, deploys, fleet }) =>
      Object.keys(fleet).every((unit) => {
        const changed = runs(deploys, 'deploy', bad.version, unit);
        return changed <= 1 && runs(deploys, 'rollback', good.version, unit) === changed;
      }),
  },
  {
    claim: ({ good }) => `every unit serves ${good.version}`,
    holds: ({ good, fleet }) => Object.values(fleet).every((version) => version === good.version),
  },
  {
    claim: ({ integrity }) => `the log is whole: ${integrity.events} events in ${integrity.streams} streams`,
    holds: ({ integrity }) => integrity.ok,
  },
];

/**
 * @param {Facts} facts
 * @returns {{ claim: string, holds: boolean }[]}
 */
export function judge(facts) {
  return CLAIMS.map(({ claim, holds }) => ({ claim: claim(facts), holds: holds(facts) }));
}

/**
 * The demo's last line.
 * @param {Facts} facts
 */
export function summarize(facts) {
  const { good, bad, fleet, totals, integrity, seconds } = facts;
  return {
    ok: judge(facts).every(({ holds }) => holds),
    releases: [good, bad].map((release) => ({
      id: release.id,
      version: release.version,
      state: release.state,
      batches: release.batches.length,
      deployedBatches: touchedBatches(release).length,
      rolledBackUnits: release.batches
        .filter(({ state }) => state === 'rolled-back')
        .reduce((sum, { units }) => sum + units.length, 0),
    })),
    fleet,
    requests: totals.requests,
    failedRequests: totals.failed,
    events: integrity.events,
    integrity: integrity.ok ? 'ok' : (integrity.firstProblem ?? 'broken'),
    seconds,
  };
}

/**
 * Batches of which anything was ever deployed.
 * @param {import('./api.mjs').Release} release
 */
function touchedBatches({ batches }) {
  return batches.filter(({ state }) => state !== 'pending');
}

/**
 * @param {import('./fleet.mjs').Deploy[]} deploys
 * @param {string} action
 * @param {string} version
 * @param {string} unit
 */
function runs(deploys, action, version, unit) {
  return deploys.filter((run) => run.action === action && run.to === version && run.unit === unit).length;
}
