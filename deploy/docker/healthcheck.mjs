import { readFileSync } from 'node:fs';
import { connect } from '@nats-io/transport-node';
import { serviceConnection } from '#event-store';

/**
 * Whether the service of this container answers; the exit code is 1 when it does not. The gateway is asked over HTTP,
 * the others over NATS, as the gateway asks them: a service listens once it has recovered, so an answer means ready.
 * Replicas share a queue and any of them may answer: this shows that one of them does, not which.
 */

const TIMEOUT_MS = 3_000;

const service = serviceOfContainer();
if (service === 'gateway') await askGateway();
else await ping(service);

/** By the command of the first process; an init in front of it has it among its arguments. */
function serviceOfContainer() {
  const command = readFileSync('/proc/1/cmdline', 'utf8').replaceAll('\0', ' ');
  const service = /dist\/services\/([a-z]+)\/src\/main\.js/.exec(command)?.[1];
  if (!service) throw new Error(`no service runs here, but ${command}`);
  return service;
}

/** Itself alone: a planner that is away is no reason to call the gateway unhealthy. */
async function askGateway() {
  const answer = await fetch(`http://127.0.0.1:${process.env.PORT ?? 7070}/healthz`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`the gateway answers ${answer.status}`);
}

/** @param {string} service */
async function ping(service) {
  // As the service itself does.
  const { NATS_URL, NATS_CREDENTIALS, NATS_CA, NATS_CERT, NATS_KEY } = process.env;
  const files = { credentials: NATS_CREDENTIALS, ca: NATS_CA, certificate: NATS_CERT, key: NATS_KEY };
  const connection = await connect({
    ...serviceConnection(NATS_URL ?? 'nats://127.0.0.1:4222', service, files),
    name: `${service}-health`,
    reconnect: false,
    timeout: TIMEOUT_MS,
  });
  try {
    const pattern = `sluice.${service}.Ping`;
    const answer = await connection.request(pattern, JSON.stringify({ id: 'health', pattern, data: {} }), {
      timeout: TIMEOUT_MS,
    });
    if (answer.json().response?.service !== service) throw new Error(`${service} answers ${answer.string()}`);
  } finally {
    await connection.close();
  }
}
