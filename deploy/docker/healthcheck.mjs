import { readFileSync } from 'node:fs';

/**
 * Whether the service of this container takes part; the exit code is 1 when it does not. The services say so themselves,
 * at OPERATIONS. The gateway is asked for itself alone: a planner that is away is no reason to call it unhealthy.
 */

const TIMEOUT_MS = 3_000;

const url = runsGateway() ? `http://127.0.0.1:${process.env.PORT}/healthz` : `${operations()}/readyz`;
const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);

/** By the command of the first process; an init in front of it has it among its arguments. */
function runsGateway() {
  return readFileSync('/proc/1/cmdline', 'utf8').includes('dist/services/gateway/src/main.js');
}

/** From inside, a service that listens everywhere is asked by the loopback. */
function operations() {
  const { hostname, port } = new URL(`http://${process.env.OPERATIONS}`);
  const host = ['0.0.0.0', '[::]'].includes(hostname) ? '127.0.0.1' : hostname;
  return `http://${host}:${port}`;
}
