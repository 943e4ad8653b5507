import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findHaproxy } from './haproxy.mjs';
import { createLog } from './log.mjs';
import { findNats } from './nats-server.mjs';
import { run, SetupError } from './run.mjs';

/** The repository. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const OLDEST_NODE = [20, 19];
const SOURCES = ['services', 'libs', 'test/bench'];
const BUILD_SETTINGS = ['package.json', 'tsconfig.base.json', 'tsconfig.build.json'];

/**
 * Makes a fresh clone ready, and costs next to nothing on one that is: packages, build, a NATS server to start.
 * @param {object} [options]
 * @param {boolean} [options.build] build what is missing or older than its sources
 * @param {boolean} [options.nats] find a NATS server, or install one
 * @param {boolean} [options.haproxy] find HAProxy, or install it
 * @param {import('./log.mjs').Log} [options.log]
 * @param {string} [options.root]
 * @param {NodeJS.ProcessEnv} [options.env] where to look for NATS_URL
 * @returns {Promise<{ nats: import('./nats-server.mjs').NatsServer | undefined, haproxy: import('./haproxy.mjs').Haproxy | undefined }>}
 * @throws {SetupError} with the words to show
 */
export async function ensureReady({
  build = true,
  nats = true,
  haproxy = false,
  log = createLog(),
  root = ROOT,
  env = process.env,
} = {}) {
  checkNode(process.versions.node);
  await ensurePackages(root, log);
  if (build) await ensureBuild(root, log);
  return {
    nats: nats ? await findNats(log, env) : undefined,
    haproxy: haproxy ? await findHaproxy(log, env) : undefined,
  };
}

// `npm run setup`
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await ensureReady({ haproxy: true });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** @param {string} version */
function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupError(`Sluice needs Node.js ${OLDEST_NODE.join('.')} or newer, and this is ${version}.`);
}

/**
 * @param {string} root
 * @param {import('./log.mjs').Log} log
 */
async function ensurePackages(root, log) {
  const lock = join(root, 'package-lock.json');
  const stamp = join(root, 'node_modules', '.sluice-setup');
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (!installedByHand(root, lock)) {
    await log.step('installing packages', () => npm(root, ['ci', '--include=dev', '--no-audit', '--no-fund']));
  }
  writeFileSync(stamp, wanted);
}

/**
 * npm leaves its own lock in node_modules when it has finished; one that is newer than ours was made from ours.
 * @param {string} root
 * @param {string} lock
 */
function installedByHand(root, lock) {
  const npmsOwn = join(root, 'node_modules', '.package-lock.json');
  return existsSync(npmsOwn) && changedAt(npmsOwn) > changedAt(lock);
}

/**
 * @param {string} root
 * @param {import('./log.mjs').Log} log
 */
async function ensureBuild(root, log) {
  const stamp = join(root, 'dist', '.sluice-build');
  const started = Date.now();
  if (existsSync(stamp) && Number(readFileSync(stamp, 'utf8')) > newestSource(root)) return;
  await log.step('building', () => npm(root, ['run', 'build']));
  // The time at which the build began: what was saved while it ran is built the next time.
  writeFileSync(stamp, String(started));
}

/**
 * Folders count too: one changes when a file in it is removed.
 * @param {string} root
 */
function newestSource(root) {
  const files = SOURCES.map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [
      folder,
      ...readdirSync(folder, { recursive: true }).map((path) => join(folder, String(path))),
    ]);
  const settings = BUILD_SETTINGS.map((file) => join(root, file)).filter((file) => existsSync(file));
  return Math.max(...[...files, ...settings].map(changedAt));
}

/** @param {string} path */
function changedAt(path) {
  return statSync(path).mtimeMs;
}

/**
 * The npm that runs this, if one does: it is the one that fits this Node.js.
 * @param {string} root
 * @param {string[]} args
 */
function npm(root, args) {
  const own = process.env.npm_execpath;
  return own?.endsWith('npm-cli.js')
    ? run(process.execPath, [own, ...args], { cwd: root })
    : run('npm', args, { cwd: root });
}
