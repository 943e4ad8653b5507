// The demo's service. Usage: server.mjs <unit folder> <port>
// It lies in a release folder beside build-info.json and behaviour.json, and is started through the unit's `current`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Exposition } from './exposition.mjs';
import { OrderLog, sendFile } from './order-log.mjs';
import { randomFrom } from './random.mjs';

// As long as a load balancer that asks every 200 ms needs to see that this unit is leaving.
const DRAIN_MS = 250;
const LONGEST_REQUEST_MS = 50;
const LARGE_ORDER_EVERY = 25;

const [unitFolder = '.', port = '0'] = process.argv.slice(2);
const release = dirname(fileURLToPath(import.meta.url));
const unit = basename(unitFolder);
const build = JSON.parse(readFileSync(join(release, 'build-info.json'), 'utf8'));
const { errorRate } = JSON.parse(readFileSync(join(release, 'behaviour.json'), 'utf8'));

const logs = join(unitFolder, 'logs');
mkdirSync(logs, { recursive: true });
const orders = new OrderLog(join(logs, 'orders.log'));
const metrics = new Exposition(build);
const random = randomFrom(`${unit} ${build.version}`);
let orderNumber = 0;
let draining = false;

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */
/** @typedef {(request: Request, response: Response) => void} Handler */

/** @type {Record<string, Handler>} */
const routes = {
  '/': takeOrder,
  '/healthz': (_request, response) => void response.writeHead(draining ? 503 : 200).end(),
  '/metrics': (_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(metrics.text());
  },
  '/build-info.json': (request, response) => {
    response.setHeader('content-type', 'application/json');
    sendFile(join(release, 'build-info.json'), request.headers.range, response);
  },
};

const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
  if (draining) response.setHeader('connection', 'close');
  const path = request.url?.split('?')[0] ?? '/';
  void (routes[path] ?? logRoute(path) ?? notFound)(request, response);
});
server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
// Only who holds the port is the unit: its pid, and what tells it from a later process with the same one.
server.listen(Number(port), '127.0.0.1', () => {
  writeFileSync(join(unitFolder, 'unit.pid'), `${process.pid}\n${unitFolder}\n`);
});
process.on('SIGTERM', drain);
watchOwner(join(unitFolder, '..', '..', 'owner.pid'));

/**
 * @param {Request} _request
 * @param {Response} response
 */
async function takeOrder(_request, response) {
  const started = performance.now();
  const fails = random() < errorRate;
  const id = `${unit}-${++orderNumber}`;
  await sleep(orderNumber % LARGE_ORDER_EVERY === 0 ? 30 : 2 + 4 * random());
  orders.append(fails ? `order ${id} failed: no tax rate` : `order placed ${id}`);
  const code = fails ? 500 : 200;
  response.writeHead(code, { 'x-version': build.version, 'content-type': 'application/json' });
  response.end(JSON.stringify(fails ? { error: 'no tax rate' } : { order: id }));
  metrics.count(code, (performance.now() - started) / 1_000);
}

/**
 * @param {string} path
 * @returns {Handler | undefined}
 */
function logRoute(path) {
  const name = /^\/logs\/([\w-]+\.log)$/.exec(path)?.[1];
  if (!name || !existsSync(join(logs, name))) return undefined;
  return (request, response) => sendFile(join(logs, name), request.headers.range, response);
}

/** @type {Handler} */
function notFound(_request, response) {
  response.writeHead(404).end();
}

/** Says that it is leaving, goes on serving until that is known, finishes what it has begun, ends. */
function drain() {
  if (draining) return;
  draining = true;
  setTimeout(() => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), LONGEST_REQUEST_MS);
  }, DRAIN_MS);
}

/**
 * A unit does not outlive the fleet that it belongs to, however that one ends.
 * @param {string} file
 */
function watchOwner(file) {
  if (!existsSync(file)) return;
  const owner = Number(readFileSync(file, 'utf8'));
  setInterval(() => {
    try {
      process.kill(owner, 0);
    } catch (error) {
      console.error(`the fleet's owner is gone: ${error}`);
      process.exit(0);
    }
  }, 1_000).unref();
}
