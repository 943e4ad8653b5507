import { once } from 'node:events';
import { Agent, createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where the units listen, `host:port` each. */
export interface UnitPlaces {
  readonly staging: string;
  readonly production: string;
  /** Calls the staging unit and hands nothing on. */
  readonly forgetful: string;
  /** Calls the staging unit and hands on baggage and tag, as a service of a stack has to. */
  readonly mindful: string;
}

const TAG_HEADERS = ['baggage', 'x-sluice-env'] as const;
const BODY = 'ok';

/** The units of a benchmark, in a process of their own beside the client: ends when whoever started it does. */
process.once('disconnect', () => process.exit());
const staging = await listen(plain());
const places: UnitPlaces = {
  staging,
  production: await listen(plain()),
  forgetful: await listen(calling(staging, () => ({}))),
  mindful: await listen(calling(staging, handOn)),
};
process.send?.(places);

function plain(): Server {
  return createServer((incoming, response) => {
    incoming.resume();
    response.writeHead(200, { 'content-length': BODY.length }).end(BODY);
  });
}

function calling(place: string, headersFor: (incoming: IncomingHttpHeaders) => Record<string, string>): Server {
  const agent = new Agent({ keepAlive: true });
  return createServer((incoming, response) => {
    incoming.resume();
    const outgoing = request(`http://${place}/`, { agent, headers: headersFor(incoming.headers) }, (answer) => {
      answer.resume().once('end', () => {
        response.writeHead(answer.statusCode ?? 502, { 'content-length': BODY.length }).end(BODY);
      });
    });
    outgoing.once('error', () => response.writeHead(502, { 'content-length': 0 }).end()).end();
  });
}

function handOn(incoming: IncomingHttpHeaders): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of TAG_HEADERS) {
    const value = incoming[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}

/** Idle connections are kept longer than any router keeps them: no request meets one that is being closed. */
async function listen(server: Server): Promise<string> {
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
