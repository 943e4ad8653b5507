/**
 * What is known at the end of the demo.
 * @typedef {object} Facts
 * @property {import('./api.mjs').Release} good as it ended
 * @property {import('./api.mjs').Release} bad bad everywhere; as it ended
 * @property {import('./api.mjs').Release} worse bad on one kind of cluster, which staging is not; as it ended
 * @property {boolean[]} stagingPassed of the three, by the log
 * @property {Record<string, string | null>} fleet version by unit of production, as the units say
 * @property {Record<string, string | null>} staging version by unit of staging, as the units say
 * @property {import('./fleet.mjs').Deploy[]} deploys every run of the deploy command
 * @property {import('./closed-loop.mjs').LoopCounts} calls of staging
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
    claim: ({ good, fleet, staging }) =>
      `${good.name} passed staging and is completed: all ${count(fleet)} units serve it, and the ${count(staging)} of staging`,
    holds: ({ good, stagingPassed, fleet, staging }) =>
      good.state === 'completed' &&
      stagingPassed[0] === true &&
      Object.values({ ...fleet, ...staging }).every((version) => version === good.version),
  },
  {
    claim: () => 'its executor was killed while units were being deployed, and nothing was done twice or left out',
    holds: ({ executorKilled, deploys, good, fleet, staging }) =>
      executorKilled &&
      Object.keys({ ...fleet, ...staging }).every((unit) => runs(deploys, 'deploy', good.version, unit) === 1),
  },
  {
    claim: ({ bad }) => `${bad.name} was stopped in staging and rolled back: no unit of production ever ran it`,
    holds: ({ bad, stagingPassed, deploys, staging }) => {
      const reached = unitsThatRan(deploys, bad.version);
      return (
        bad.state === 'rolled-back' &&
        stagingPassed[1] === false &&
        touchedBatches(bad).length === 0 &&
        reached.length > 0 &&
        reached.every((unit) => unit in staging)
      );
    },
  },
  {
    claim: ({ worse }) => `${worse.name} passed staging, and was stopped in its first batch and rolled back`,
    holds: ({ worse, stagingPassed, deploys, fleet }) => {
      const [first, ...more] = touchedBatches(worse);
      const reached = unitsThatRan(deploys, worse.version).filter((unit) => unit in fleet);
      return (
        worse.state === 'rolled-back' &&
        stagingPassed[2] === true &&
        first !== undefined &&
        more.length === 0 &&
        reached.length > 0 &&
        reached.every((unit) => first.units.includes(unit))
      );
    },
  },
  {
    claim: () => 'what was changed was changed once, and what was rolled back was rolled back once',
    holds: ({ bad, worse, good, deploys, fleet, staging }) =>
      Object.keys({ ...fleet, ...staging }).every((unit) => {
        const changed = [bad, worse].map(({ version }) => runs(deploys, 'deploy', version, unit));
        const restored = runs(deploys, 'rollback', good.version, unit);
        return changed.every((times) => times <= 1) && restored === changed.reduce((sum, times) => sum + times, 0);
      }),
  },
  {
    claim: ({ totals, bad, worse }) =>
      `all ${totals.failed} failed requests were answered by ${bad.version} or ${worse.version}, and all of ${bad.version}'s by staging`,
    holds: ({ totals, bad, worse }) => {
      const { byVersion, bySide } = totals;
      const ofBad = byVersion[bad.version]?.failed ?? 0;
      const ofWorse = byVersion[worse.version]?.failed ?? 0;
      const inProduction = bySide.users.production.failed + bySide.internal.production.failed;
      return totals.failed === ofBad + ofWorse && inProduction === ofWorse;
    },
  },
  {
    claim: ({ calls }) => `the loop was closed: of ${calls.calls} calls of staging ${calls.leaks} got out`,
    holds: ({ calls }) => calls.calls > 0 && calls.leaks === 0 && calls.damaged === 0,
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
 * Batches of production of which anything was ever deployed.
 * @param {import('./api.mjs').Release} release
 */
export function touchedBatches({ batches }) {
  return batches.filter(({ state }) => state !== 'pending');
}

/** @param {object} units */
function count(units) {
  return Object.keys(units).length;
}

/**
 * @param {import('./fleet.mjs').Deploy[]} deploys
 * @param {string} version
 */
function unitsThatRan(deploys, version) {
  return deploys.filter(({ to }) => to === version).map(({ unit }) => unit);
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
