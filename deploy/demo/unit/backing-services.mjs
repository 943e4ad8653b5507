// The services behind web, all units of one side in one process. Usage: backing-services.mjs <file that says which>
// The file holds { owner, calls, units: [{ id, service, address, next? }] }: who started this, where to log calls, what to serve.
import { createWriteStream, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { NextService } from './next-service.mjs';
import { watchOwner } from './owner.mjs';

/** @typedef {import('../backing.mjs').BackingUnit} BackingUnit */

const [file = ''] = process.argv.slice(2);
const { owner, calls, units } = JSON.parse(readFileSync(file, 'utf8'));
const log = createWriteStream(calls, { flags: 'a' });

for (const unit of units) serve(unit);
watchOwner(owner);
// Not before the last records are in the file.
process.on('SIGTERM', () => log.end(() => process.exit(0)));

/** @param {BackingUnit} unit */
function serve({ service, address, next }) {
  const [host = '', port] = address.split(':');
  const nextService = next && new NextService(next.address, host);
  const server = createServer({ keepAliveTimeout: 120_000 }, async (request, response) => {
    const isCall = request.url !== '/healthz';
    const answered = isCall && nextService ? await nextService.call(next.path, request) : 200;
    const status = answered < 500 ? 200 : 502;
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    if (isCall) log.write(`${JSON.stringify(callRecord(request, service, address, status))}\n`);
  });
  server.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
  server.listen(Number(port), host);
}

/**
 * A call as the called unit sees it, whichever way it came.
 * @param {import('node:http').IncomingMessage} request
 * @param {string} service
 * @param {string} destination
 * @param {number} status
 */
function callRecord({ headers, method, socket, url }, service, destination, status) {
  return {
    at: new Date().toISOString(),
    source: socket.remoteAddress ?? '',
    client: headers['x-forwarded-for'] ?? null,
    service,
    destination,
    method,
    path: url,
    status,
    baggage: headers.baggage ?? null,
    tag: headers['x-sluice-env'] ?? null,
  };
}
