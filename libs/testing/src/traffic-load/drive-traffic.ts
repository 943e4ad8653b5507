import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { SIDE_HEADER, type Side } from './side-server.js';

/** How a request shows whose it is and that it is internal. */
export interface Marks {
  /** By what the router tells users apart. */
  readonly sticky: { readonly cookie: string } | { readonly header: string };
  /** What makes a request internal: headers, or the loopback address that it comes from. */
  readonly internal?: { readonly headers?: OutgoingHttpHeaders; readonly localAddress?: string };
}

/**
 * How clients keep connections. `kept`: one request after the other over each; one that meets a connection that is just
 * being closed has failed. `kept-retried`: then it is made again over another connection, if no byte of an answer has
 * come, as browsers and proxies do. `single`: a connection for each request.
 */
export type Connections = 'kept' | 'kept-retried' | 'single';

export interface TrafficLoad extends Marks {
  /** Where clients come in: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly requests: number;
  /** `user-0`, `user-1` … take turns. */
  readonly users: number;
  /** How much of the requests is internal, 0 to 1; nothing unless said. They are spread evenly. */
  readonly internalShare?: number;
  /** `kept` unless said. */
  readonly connections?: Connections;
  /** Requests under way at the same time; 32 unless said. */
  readonly parallel?: number;
  /** Ends the load early: what is under way is finished, nothing new begins. */
  readonly signal?: AbortSignal;
  /** A request that takes longer has failed; 10 seconds unless said. */
  readonly timeoutMs?: number;
}

export type SideTally = Record<Side, number>;

export interface TrafficTally {
  /** Requests that were made, failed ones too. */
  requests: number;
  /** Requests without an answer of 200 from one of the sides. */
  failed: number;
  /** The first ten failures, in words. */
  readonly failures: string[];
  readonly internal: SideTally;
  readonly production: SideTally;
  /** Production traffic, user by user. */
  readonly users: Map<string, SideTally>;
}

/**
 * Sends real HTTP requests, as fast as the router takes them, to a router in front of
 * {@link SideServer}s, and tells who was answered by which side. Never throws because of a request: it is counted as failed.
 */
export async function driveTraffic(load: TrafficLoad): Promise<TrafficTally> {
  const { requests, users, internalShare = 0, parallel = 32, signal } = load;
  const clients = new Clients(load, parallel);
  const tally = emptyTally();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < requests && !signal?.aborted) {
      const number = next;
      next += 1;
      const user = `user-${number % users}`;
      // Spread evenly: internal whenever the running total of the share passes the next whole number.
      const internal = Math.floor((number + 1) * internalShare) > Math.floor(number * internalShare);
      count(tally, user, internal, await clients.ask(user, internal));
    }
  };
  try {
    await Promise.all(Array.from({ length: parallel }, lane));
  } finally {
    clients.close();
  }
  return tally;
}

/** Sends a single request over a connection of its own. @throws when it fails. */
export async function requestOnce(url: string, marks: Marks, user: string, internal: boolean): Promise<Side> {
  const clients = new Clients({ ...marks, url }, 1);
  try {
    const answer = await clients.ask(user, internal);
    if (answer instanceof Error) throw answer;
    return answer;
  } finally {
    clients.close();
  }
}

/** Keeps connections for internal and for production traffic apart: one may have to come from another address. */
class Clients {
  readonly #agents: Readonly<Record<'internal' | 'production', Agent>>;
  readonly #retries: boolean;

  constructor(
    private readonly load: Marks & Pick<TrafficLoad, 'url' | 'connections' | 'timeoutMs'>,
    maxSockets: number,
  ) {
    const keepAlive = load.connections !== 'single';
    this.#retries = load.connections === 'kept-retried';
    this.#agents = {
      internal: new Agent({ keepAlive, maxSockets }),
      production: new Agent({ keepAlive, maxSockets }),
    };
  }

  ask(user: string, internal: boolean): Promise<Side | Error> {
    const { url, sticky, internal: mark, timeoutMs = 10_000 } = this.load;
    const headers: OutgoingHttpHeaders = internal ? { ...mark?.headers } : {};
    if ('cookie' in sticky) headers.cookie = `${sticky.cookie}=${user}`;
    else headers[sticky.header] = user;
    const agent = this.#agents[internal ? 'internal' : 'production'];
    const localAddress = internal ? mark?.localAddress : undefined;

    return new Promise((resolve) => {
      const asking = request(url, { agent, headers, timeout: timeoutMs, ...(localAddress && { localAddress }) });
      asking.once('error', (error: NodeJS.ErrnoException) => {
        const wasClosed = asking.reusedSocket && error.code === 'ECONNRESET';
        resolve(this.#retries && wasClosed ? this.ask(user, internal) : error);
      });
      asking.once('timeout', () => asking.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      asking.once('response', (response) => {
        response.once('error', resolve);
        // Only when all of it was read is the connection free for the next request.
        response.once('end', () => resolve(sideOf(response)));
        response.resume();
      });
      asking.end();
    });
  }

  close(): void {
    this.#agents.internal.destroy();
    this.#agents.production.destroy();
  }
}

function sideOf({ statusCode, headers }: IncomingMessage): Side | Error {
  const side = headers[SIDE_HEADER];
  if (statusCode === 200 && (side === 'staging' || side === 'production')) return side;
  return new Error(`answered with ${statusCode}`);
}

function emptyTally(): TrafficTally {
  const none = (): SideTally => ({ staging: 0, production: 0 });
  return { requests: 0, failed: 0, failures: [], internal: none(), production: none(), users: new Map() };
}

function count(tally: TrafficTally, user: string, internal: boolean, answer: Side | Error): void {
  tally.requests += 1;
  if (answer instanceof Error) {
    tally.failed += 1;
    if (tally.failures.length < 10) tally.failures.push(`${user}: ${answer.message}`);
    return;
  }
  tally[internal ? 'internal' : 'production'][answer] += 1;
  if (internal) return;
  const own = tally.users.get(user) ?? { staging: 0, production: 0 };
  own[answer] += 1;
  tally.users.set(user, own);
}
