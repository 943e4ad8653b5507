import { createServer } from 'node:http';

/**
 * Six units that cost nothing, for `docker compose --profile demo`: each is a port that knows its version, and reports
 * as a unit under load does. Versions that end in `-bad` fail one request in five.
 */

const FIRST_PORT = 8001;
const UNITS = 6;

const servers = Array.from({ length: UNITS }, (_, number) => unit().listen(FIRST_PORT + number));
process.once('SIGTERM', () => {
  for (const server of servers) server.close().closeAllConnections();
});

function unit() {
  let version = '1.0.0';
  let requests = 0;
  let errors = 0;
  return createServer(async (request, response) => {
    if (request.url === '/version') {
      if (request.method === 'PUT') version = Buffer.concat(await request.toArray()).toString();
      response.end(JSON.stringify({ version, healthy: true }));
    } else if (request.url === '/build-info.json') {
      response.end(JSON.stringify({ version }));
    } else {
      // Each look at the counters finds a hundred requests more.
      requests += 100;
      errors += version.endsWith('-bad') ? 20 : 0;
      response.end(
        [
          '# TYPE http_requests_total counter',
          `http_requests_total{code="200"} ${requests - errors}`,
          `http_requests_total{code="500"} ${errors}`,
          '',
        ].join('\n'),
      );
    }
  });
}
