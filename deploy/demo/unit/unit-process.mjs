import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { get } from 'node:http';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { tailOf } from '../../local/log-file.mjs';
import { codeOf, stopByPidFile } from '../../local/process.mjs';
import { until } from '../../local/wait.mjs';

const START_MS = 10_000;
const STOP_MS = 3_000;
const ANSWER_MS = 2_000;
// Two dozen of these share a laptop: a small heap, and no helper threads.
const NODE_FLAGS = ['--max-old-space-size=32', '--max-semi-space-size=2', '--v8-pool-size=0'];

/**
 * Where a unit keeps what.
 * @param {string} fleet the fleet's folder
 * @param {string} unit
 */
export function unitPaths(fleet, unit) {
  const folder = join(fleet, 'units', unit);
  return {
    folder,
    current: join(folder, 'current'),
    program: join(folder, 'current', 'server.mjs'),
    pidFile: join(folder, 'unit.pid'),
    output: join(folder, 'unit.log'),
    deploys: join(folder, 'deploys.log'),
    releases: join(fleet, 'releases'),
  };
}

/** @typedef {ReturnType<typeof unitPaths>} UnitPaths */

/**
 * The version that the unit's link points to; null when there is none.
 * @param {UnitPaths} paths
 * @returns {string | null}
 */
export function installedVersion({ current }) {
  try {
    return basename(readlinkSync(current));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Points the unit to a release in one step: at every moment there is the old link or the new one.
 * @param {UnitPaths} paths
 * @param {string | null} version
 */
export function install({ folder, current }, version) {
  if (version === null) {
    rmSync(current, { force: true });
    return;
  }
  mkdirSync(folder, { recursive: true });
  const next = `${current}.${process.pid}`;
  symlinkSync(join('..', '..', 'releases', version), next);
  renameSync(next, current);
}

/**
 * Starts what is installed, and ends when it answers. It outlives the process that starts it.
 * @param {UnitPaths} paths
 * @param {string} address host:port
 * @throws {Error} when it does not answer in time
 */
export async function startUnit(paths, address) {
  mkdirSync(paths.folder, { recursive: true });
  const output = openSync(paths.output, 'a');
  const child = spawn(process.execPath, [...NODE_FLAGS, paths.program, paths.folder, address], {
    detached: true,
    stdio: ['ignore', output, output],
    env: { PATH: process.env.PATH, UV_THREADPOOL_SIZE: '2' },
  });
  closeSync(output);
  child.unref();
  let ended = false;
  child.on('exit', () => {
    ended = true;
  });
  const wanted = installedVersion(paths);
  const serves = async () => ended || ((await isHealthy(address)) && (await servedVersion(address)) === wanted);
  const up = await until(serves, { timeoutMs: START_MS, everyMs: 20 });
  if (!up || ended) throw new Error(`${basename(paths.folder)} did not start:\n${tailOf(paths.output)}`);
}

/**
 * Ends the unit's process, if there is one.
 * @param {UnitPaths} paths
 */
export async function stopUnit({ pidFile }) {
  await stopByPidFile(pidFile, STOP_MS);
}

/**
 * The version that the running process says it is; null when nothing listens there.
 * @param {string} address
 * @returns {Promise<string | null>}
 * @throws {Error} when something is there and does not answer: then nobody knows
 */
export async function servedVersion(address) {
  const answer = await ask(address, '/build-info.json');
  if (!answer) return null;
  if (answer.status !== 200) throw new Error(`${address} answers /build-info.json with ${answer.status}`);
  return JSON.parse(answer.body).version;
}

/** @param {string} address */
export async function isHealthy(address) {
  const answer = await ask(address, '/healthz');
  return answer?.status === 200;
}

/**
 * @param {string} address
 * @param {string} path
 * @returns {Promise<{ status: number, body: string } | undefined>} undefined when the connection is refused
 */
function ask(address, path) {
  return new Promise((resolve, reject) => {
    const request = get(`http://${address}${path}`, { timeout: ANSWER_MS, agent: false }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.on('timeout', () => request.destroy(new Error(`${address} does not answer ${path}`)));
    request.on('error', (error) => (codeOf(error) === 'ECONNREFUSED' ? resolve(undefined) : reject(error)));
  });
}
