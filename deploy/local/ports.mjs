import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range that systems hand out to outgoing connections: none of those can take a server's port while the
// server is being restarted.
const FIRST = 20_000;
const LAST = 31_999;

/**
 * Loopback ports that nobody listens on, all different.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
  const ports = [];
  const size = LAST - FIRST + 1;
  const start = randomInt(size);
  for (let i = 0; i < size && ports.length < count; i++) {
    const port = FIRST + ((start + i) % size);
    if (await isFree(port)) ports.push(port);
  }
  if (ports.length < count) throw new Error(`no ${count} free ports between ${FIRST} and ${LAST}`);
  return ports;
}

export async function freePort() {
  const [port] = await freePorts(1);
  return /** @type {number} */ (port);
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
