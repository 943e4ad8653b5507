// The demo's service web. Usage: server.mjs <unit folder> <host:port>
// It lies in a release folder beside build-info.json and behaviour.json, and is started through the unit's `current`.
// The unit folder's unit.json says what is special about this unit: { currency, orders }.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Exposition } from './exposition.mjs';
import { NextService } from './next-service.mjs';
import { OrderLog, sendFile } from './order-log.mjs';
import { watchOwner } from './owner.mjs';
import { randomFrom } from './random.mjs';

// A router that asks in this time sees that the unit is leaving; any other finds the port closed and goes elsewhere.
const DRAIN_MS = 250;
const LONGEST_REQUEST_MS = 1_000;
const LARGE_ORDER_EVERY = 25;

const [unitFolder = '.', address = ''] = process.argv.slice(2);
const [host = '', port] = address.split(':');
const release = dirname(fileURLToPath(import.meta.url));
const unit = basename(unitFolder);
const build = JSON.parse(readFileSync(join(release, 'build-info.json'), 'utf8'));
const behaviour = JSON.parse(readFileSync(join(release, 'behaviour.json'), 'utf8'));
const { currency, orders } = JSON.parse(readFileSync(join(unitFolder, 'unit.json'), 'utf8'));
const errorRate = (behaviour.currency ?? currency) === currency ? behaviour.errorRate : 0;

const logs = join(unitFolder, 'logs');
mkdirSync(logs, { recursive: true });
const orderLog = new OrderLog(join(logs, 'orders.log'));
const nextService = new NextService(orders, host);
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
server.listen(Number(port), host, () => {
  writeFileSync(join(unitFolder, 'unit.pid'), `${process.pid}\n${unitFolder}\n`);
});
process.on('SIGTERM', drain);
const ownerFile = join(unitFolder, '..', '..', 'owner.pid');
if (existsSync(ownerFile)) watchOwner(Number(readFileSync(ownerFile, 'utf8')));

/**
 * @param {Request} request
 * @param {Response} response
 */
async function takeOrder(request, response) {
  const started = performance.now();
  const fails = random() < errorRate;
  const id = `${unit}-${++orderNumber}`;
  await sleep(orderNumber % LARGE_ORDER_EVERY === 0 ? 30 : 2 + 4 * random());
  const status = await nextService.call('/place', request);
  const error = fails ? 'no tax rate' : status < 500 ? null : 'orders does not answer';
  orderLog.append(error ? `order ${id} failed: ${error}` : `order placed ${id}`);
  const code = fails ? 500 : error ? 502 : 200;
  response.writeHead(code, { 'x-version': build.version, 'x-unit': unit, 'content-type': 'application/json' });
  response.end(JSON.stringify(error ? { error } : { order: id }));
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
