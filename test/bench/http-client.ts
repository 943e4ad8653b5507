import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Load {
  /** `host:port` */
  readonly place: string;
  /** The next request of a connection (0, 1, …), whole, ready to be sent. */
  readonly next: (connection: number) => Buffer;
  /** Requests under way at the same time, each on a connection of its own that is kept. */
  readonly parallel: number;
  readonly forMs: number;
}

export interface Measured {
  readonly perSecond: number;
  /** From the first byte of a request to the last one of its answer, in milliseconds, ascending. */
  readonly latencies: Float64Array;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const GOOD = Buffer.from('HTTP/1.1 20');

/**
 * Sends requests one after the other on each connection for a while. It does next to nothing beside that, so that what is
 * measured is the other side: it takes answers of 200 to 209 with a Content-Length, and nothing else.
 *
 * @throws Error for any other answer, and for a connection that ends: a figure with failures in it says nothing
 */
export async function drive({ place, next, parallel, forMs }: Load): Promise<Measured> {
  const connections = await Promise.all(Array.from({ length: parallel }, () => open(place)));
  const latencies: number[] = [];
  try {
    // The first request of each connection makes the connections of whoever is in between; it does not count.
    await Promise.all(
      connections.map((connection, index) =>
        ask(
          connection,
          () => next(index),
          () => false,
        ),
      ),
    );
    const begin = performance.now();
    const end = begin + forMs;
    const note = (ms: number): boolean => {
      latencies.push(ms);
      return performance.now() < end;
    };
    await Promise.all(connections.map((connection, index) => ask(connection, () => next(index), note)));
    const seconds = (performance.now() - begin) / 1_000;
    return { perSecond: latencies.length / seconds, latencies: Float64Array.from(latencies).sort() };
  } finally {
    for (const connection of connections) connection.destroy();
  }
}

async function open(place: string): Promise<Socket> {
  const [host = '', port] = place.split(':');
  const socket = connect({ host, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** One request after the other, as long as `goesOn` says so of the last one's time. */
function ask(socket: Socket, request: () => Buffer, goesOn: (ms: number) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    let pending: Buffer | null = null;
    const send = () => {
      sentAt = performance.now();
      socket.write(request());
    };
    const done = (error?: Error) => {
      socket.off('data', take).off('error', done).off('close', closed);
      if (error) reject(error);
      else resolve();
    };
    const closed = () => done(new Error('the connection was closed in the middle of a measurement'));
    const take = (chunk: Buffer) => {
      const answer = pending === null ? chunk : Buffer.concat([pending, chunk]);
      pending = answer;
      const length = lengthOf(answer);
      if (length === null || answer.length < length) return;
      pending = null;
      if (answer.compare(GOOD, 0, GOOD.length, 0, GOOD.length) !== 0) {
        done(new Error(`answered with ${answer.toString('latin1', 0, 60)}`));
      } else if (goesOn(performance.now() - sentAt)) send();
      else done();
    };
    socket.on('data', take).once('error', done).once('close', closed);
    send();
  });
}

/** Of the whole answer, head and body; null before the head is there. */
function lengthOf(answer: Buffer): number | null {
  const end = answer.indexOf(HEAD_END);
  if (end < 0) return null;
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer.toString('latin1', 0, end))?.[1];
  return end + HEAD_END.length + Number(length ?? 0);
}
