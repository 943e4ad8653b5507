import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { eventStoreContract, KurrentDbServer } from '#testing';
import { openEventStore } from './open.js';

const url = process.env.KURRENTDB_URL;

/** A log of its own in a database that others use as well. */
async function onServer(address: string) {
  const log = `contract_${randomUUID().replaceAll('-', '')}`;
  return { open: () => openEventStore(address, { name: 'contract', log }), dispose: async () => undefined };
}

async function onProtocolServer() {
  const server = await KurrentDbServer.start();
  return { open: () => openEventStore(server.url, { name: 'contract' }), dispose: () => server.stop() };
}

if (url === undefined) eventStoreContract('KurrentDB (its protocol, in memory)', onProtocolServer);
else eventStoreContract('KurrentDB (at KURRENTDB_URL)', () => onServer(url));
