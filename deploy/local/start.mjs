import { join, relative, resolve } from 'node:path';
import { takeLock } from './lock.mjs';
import { createLog, style } from './log.mjs';
import { logTails } from './log-file.mjs';
import { createNats } from './nats.mjs';
import { createPlane, PlaneError } from './plane.mjs';
import { freePort, isFree } from './ports.mjs';
import { stopLeftovers } from './process.mjs';
import { SetupError } from './run.mjs';
import { ensureReady, ROOT } from './setup.mjs';
import { Shutdown } from './shutdown.mjs';
import { tokensFile } from './tokens.mjs';

const USUAL_PORT = 7070;
// As it stands in the command line of every `npm start`.
const MARKER = 'deploy/local/start.mjs';

const log = createLog();
const shutdown = new Shutdown();
const data = resolve(ROOT, process.env.SLUICE_DATA ?? '.sluice');

try {
  await start();
} catch (error) {
  if (!shutdown.begun) {
    console.error(error instanceof SetupError || error instanceof PlaneError ? error.message : error);
    if (error instanceof PlaneError) console.error(logTails(join(data, 'logs')));
  }
  await shutdown.run();
  process.exit(1);
}

async function start() {
  shutdown.listen(() => log.say('\nstopping …'));
  shutdown.add('the lock', takeLock(data, MARKER));
  await stopLeftovers(join(data, 'run'));

  const { nats: server } = await ensureReady({ build: true, nats: true, log });
  if (!server) throw new SetupError('There is no NATS server to start.');

  const nats = await createNats({ server, data, supervised: true });
  shutdown.add('NATS', () => nats.stop());
  await log.step('starting NATS', () => nats.start());
  log.say(`NATS ${nats.version} at ${nats.url}: ${nats.durability}.`);

  const plane = await createPlane({ data, natsUrl: nats.url, port: await gatewayPort() });
  shutdown.add('the services', () => plane.stop());
  await log.step('starting the services', async () => {
    plane.start();
    await plane.ready();
  });
  plane.on('died', ({ service, code, signal }) => log.say(`${service} died (${signal ?? `exit ${code}`})`));
  plane.on('started', ({ service }) => log.say(`${service} started again`));
  log.say(welcome(plane.url));
}

async function gatewayPort() {
  if (process.env.PORT) return Number(process.env.PORT);
  return (await isFree(USUAL_PORT)) ? USUAL_PORT : await freePort();
}

/** @param {string} url */
function welcome(url) {
  const here = (/** @type {string} */ path) => relative(process.cwd(), path) || '.';
  const tokens = here(tokensFile(data));
  return `
${style('bold', 'Sluice runs at')} ${style('cyan', url)}
  interface  ${url}/docs
  tokens     ${tokens}, one for each role
  logs       ${here(join(data, 'logs'))}/
  data       ${here(data)}/

In another terminal:
  export SLUICE_URL=${url}
  token() { node -p 'JSON.parse(fs.readFileSync("${tokens}")).tokens.find((t) => t.name === process.argv[1]).token' "$1"; }
  SLUICE_TOKEN=$(token admin)    npm run -s sluice -- apply -f topology.yaml
  SLUICE_TOKEN=$(token author)   npm run -s sluice -- submit -f release.yaml
  SLUICE_TOKEN=$(token operator) npm run -s sluice -- start ID --reason "why now"
  SLUICE_TOKEN=$(token operator) npm run -s sluice -- watch ID

Ctrl-C stops everything; the data stays.
`;
}
