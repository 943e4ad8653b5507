import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from '../../deploy/demo/api.mjs';
import { createLog } from '../../deploy/local/log.mjs';
import { isNoAnswer } from '../../deploy/local/no-answer.mjs';
import { freePort } from '../../deploy/local/ports.mjs';
import { ensureReady } from '../../deploy/local/setup.mjs';
import { Shutdown } from '../../deploy/local/shutdown.mjs';
import { until } from '../../deploy/local/wait.mjs';
import { areConfined, carryOut, endWhenAsked, SERVICES, versionsOf } from './checks.mjs';
import { findEngine, Project, serverVersion } from './docker.mjs';
import { releaseDocument, topologyDocument } from './documents.mjs';
import { fetchImage, images } from './images.mjs';
import { natsConfig } from './nats-config.mjs';
import { runSuites } from './suites.mjs';

/**
 * `npm run test:containers`: first the suites whose servers are containers (`-- suites` for these alone); then builds the
 * image, brings docker-compose.yml up beside whatever else runs on the engine, releases to its fleet over HTTP, and takes
 * it down again with all that it kept (`-- compose` for this alone).
 */

const IMAGE = 'sluice:containers-test';
const READY_MS = 120_000;
/** As the gateway made them at its first start. */
const TOKENS =
  "import fs from 'node:fs'; console.log(JSON.stringify(JSON.parse(fs.readFileSync('/data/tokens.json', 'utf8'))))";

const log = createLog();
const shutdown = new Shutdown();
const engine = await findEngine();
if ('missing' in engine) {
  log.say(`SKIPPED: nothing was tested in containers, because ${engine.missing}.`);
} else {
  shutdown.listen(() => log.say('\ntaking it down …'));
  // A request that is never answered has a timeout, but one that does not keep this process running by itself.
  const alive = setInterval(() => undefined, 1_000);
  shutdown.add('the timer', () => clearInterval(alive));
  try {
    await ensureReady({ nats: false, log });
    if (asked('suites')) await runSuites(engine, log, shutdown);
    if (asked('compose')) await testCompose(engine);
    log.say('CONTAINERS passed');
  } catch (error) {
    if (!shutdown.begun) console.error(error);
    log.say('CONTAINERS failed');
    process.exitCode = 1;
  }
  await shutdown.run();
}

/** @param {'suites' | 'compose'} part */
function asked(part) {
  const [only = part] = process.argv.slice(2);
  return only === part;
}

/** @param {import('./docker.mjs').Engine} engine */
async function testCompose(engine) {
  const { NODE_IMAGE, NATS_IMAGE, POSTGRES_IMAGE } = images();
  for (const image of [NODE_IMAGE, NATS_IMAGE, POSTGRES_IMAGE]) {
    const why = await fetchImage(engine.docker, image);
    if (why !== undefined) return log.say(`SKIPPED: docker-compose.yml, because ${why}`);
  }
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-containers-')));
  shutdown.add(folder, () => rmSync(folder, { recursive: true, force: true }));
  const nats = natsConfig(await serverVersion(engine, NATS_IMAGE), folder);
  log.say(`nats-server ${nats.version}${nats.isWhole ? '' : ': it knows no sync_interval, which is left out'}`);

  const port = await freePort();
  // Whatever the environment says, nothing of this may reach somebody's real servers.
  const project = new Project(engine, `sluice-test-${process.pid}`, {
    SLUICE_IMAGE: IMAGE,
    SLUICE_PORT: String(port),
    NATS_IMAGE,
    POSTGRES_IMAGE,
    NATS_CONFIG: nats.file,
    EVENT_STORE_URL: 'nats://nats:4222',
    SLUICE_COMMANDS: './deploy/docker/commands',
    COMPOSE_PROFILES: 'demo',
  });
  await log.step('building the image', () => project.build(IMAGE, NODE_IMAGE));
  shutdown.add('the containers', () => project.compose('down', '--volumes', '--remove-orphans'));
  try {
    await releaseTo(project, `http://127.0.0.1:${port}`);
  } catch (error) {
    if (!shutdown.begun) log.say(await project.compose('logs', '--tail', '30'));
    throw error;
  }
}

/**
 * @param {Project} project
 * @param {string} url the gateway's
 */
async function releaseTo(project, url) {
  await log.step('docker compose --profile demo up', () => project.compose('up', '--detach', '--no-build'));
  await ready(url);
  await areConfined(project);
  log.say('five services: healthy, not root, nothing to write to but their data, limited');

  const { tokens } = await project.evaluate('gateway', TOKENS);
  const as = (/** @type {string} */ name) =>
    new Api(url, tokens.find((/** @type {{ name: string }} */ entry) => entry.name === name).token);
  await as('admin').post('/v1/topologies', topologyDocument());

  for (const [version, end, serving] of /** @type {const} */ ([
    ['2.0.0', 'completed', '2.0.0'],
    ['2.1.0-bad', 'rolled-back', '2.0.0'],
  ])) {
    log.say(`  ${version}`);
    const { id, state } = await carryOut(as('author'), as('operator'), releaseDocument(version), log.say);
    strictEqual(state, end, id);
    deepStrictEqual(await versionsOf(project), new Set([serving]));
    log.say(`  ${version} ${state}; all six units serve ${serving}`);
  }

  await log.step('stopping the services', () => endWhenAsked(project));
  log.say('SIGTERM ended each of them');
  await log.step('starting them again', () => project.compose('start', ...SERVICES));
  await ready(url);
  const integrity = await as('operator').get('/v1/audit/integrity');
  strictEqual(integrity.ok, true, JSON.stringify(integrity));
  log.say(`the log is whole: ${integrity.streams} streams, ${integrity.events} events`);
}

/** @param {string} url */
async function ready(url) {
  const isReady = await log.step('waiting until all is there', () =>
    until(() => answers(`${url}/readyz`), { timeoutMs: READY_MS, everyMs: 200 }),
  );
  if (!isReady) throw new Error(`${url}/readyz does not say that all is there`);
}

/** @param {string} url */
async function answers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    // Nobody listens yet, or it takes too long: ask again.
    if (isNoAnswer(error)) return false;
    throw error;
  }
}
