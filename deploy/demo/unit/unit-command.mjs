// What the exec driver runs for the demo's units. Usage: unit-command.mjs <fleet folder>
// The environment says the rest: SLUICE_ACTION, SLUICE_UNIT, SLUICE_ADDRESS, SLUICE_VERSION (empty: nothing), SLUICE_KEY.
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../local/process.mjs';
import {
  install,
  installedVersion,
  isHealthy,
  servedVersion,
  startUnit,
  stopUnit,
  unitPaths,
} from './unit-process.mjs';

// As in sysexits.h: the first two are for good, the last may pass.
const EXIT = { usage: 64, noSuchVersion: 65, tryAgain: 75 };

const fleet = process.argv[2] ?? missing('the fleet folder as an argument');
const unit = process.env.SLUICE_UNIT ?? missing('SLUICE_UNIT');
const address = process.env.SLUICE_ADDRESS ?? missing('SLUICE_ADDRESS');
const action = process.env.SLUICE_ACTION ?? missing('SLUICE_ACTION');
const key = process.env.SLUICE_KEY ?? null;
const version = process.env.SLUICE_VERSION || null;
const paths = unitPaths(fleet, unit);

/** @type {Record<string, () => Promise<void>>} */
const actions = { inspect, deploy: change, rollback: change };
const act =
  actions[action ?? ''] ?? end(EXIT.usage, `SLUICE_ACTION is ${action ?? 'missing'}: inspect, deploy or rollback`);

try {
  await act();
} catch (error) {
  end(EXIT.tryAgain, messageOf(error));
}

/** What runs, as it says itself. */
async function inspect() {
  const served = await servedVersion(address);
  const healthy = served !== null && (await isHealthy(address));
  process.stdout.write(`${JSON.stringify({ version: served, healthy })}\n`);
}

/** Brings the unit to a version, whatever state it is found in. Twice is as good as once. */
async function change() {
  if (version !== null && !existsSync(join(paths.releases, version, 'server.mjs'))) {
    end(EXIT.noSuchVersion, `there is no release ${version}`);
  }
  if (existsSync(join(fleet, 'stopped'))) end(EXIT.tryAgain, 'the fleet is being stopped');
  note();
  if (installedVersion(paths) === version && version !== null && (await isServing(version))) return;
  install(paths, version);
  await stopUnit(paths);
  if (version !== null) await startUnit(paths, address);
}

/** @param {string} wanted */
async function isServing(wanted) {
  return (await isHealthy(address)) && (await servedVersion(address)) === wanted;
}

/** One line for every run, so that it can be counted how often a unit was really changed. */
function note() {
  mkdirSync(paths.folder, { recursive: true });
  const line = { at: new Date().toISOString(), action, key, from: installedVersion(paths), to: version };
  appendFileSync(paths.deploys, `${JSON.stringify(line)}\n`);
}

/**
 * @param {string} what
 * @returns {never}
 */
function missing(what) {
  end(EXIT.usage, `${what} is missing`);
}

/**
 * @param {number} code
 * @param {string} message
 * @returns {never}
 */
function end(code, message) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
