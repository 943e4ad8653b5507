import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { UnsupportedStore } from './errors.js';
import { asFailure } from './jetstream/link.js';
import type { NatsFiles } from './jetstream/nats-files.js';
import { serviceConnection } from './jetstream/nats-url.js';
import { JetStreamEventStore, type JetStreamOptions } from './jetstream.js';
import { MemoryEventStore } from './memory.js';
import type { EventStore } from './port.js';

/** How a store is opened by its URL. */
export interface OpenOptions extends Omit<JetStreamOptions, 'ownsConnection'> {
  /** Who connects, shown by the server to its operator: `planner`. */
  readonly name: string;
  /** Who connects to NATS and whom it trusts, where that does not stand in the URL. */
  readonly files?: NatsFiles;
  /** A connection to the same NATS that the caller already has. It stays the caller's: `close()` leaves it open. */
  readonly connection?: NatsConnection;
}

/**
 * Opens the event store that a URL stands for:
 * - `memory://` a log of its own that ends with the process;
 * - `nats://[user:password@]host:port[,host:port…]` (or `tls://`) the log on NATS JetStream;
 * - `kurrentdb://[user:password@]host:port[,host:port…][?tls=false]` (or `kurrentdb+discover://`, `esdb://`) the log in
 *   KurrentDB.
 * @throws {UnsupportedStore} for any other, {InvalidInput} for a URL of KurrentDB that is none, {StoreUnavailable} when
 * the server cannot be reached, {UnusableCredentials}, {UnsuitableLog}
 */
export async function openEventStore(url: string, options: OpenOptions): Promise<EventStore> {
  const [scheme] = url.split('://');
  switch (scheme) {
    case 'memory':
      return new MemoryEventStore();
    case 'nats':
    case 'tls':
      return openJetStream(url, options);
    case 'kurrentdb':
    case 'kurrentdb+discover':
    case 'esdb':
    case 'esdb+discover':
      return openKurrentDb(url, options);
    default:
      throw new UnsupportedStore(`no event store is known under ${scheme}://: use nats://, kurrentdb:// or memory://`);
  }
}

async function openJetStream(url: string, { name, connection, files, ...options }: OpenOptions): Promise<EventStore> {
  if (connection !== undefined) return JetStreamEventStore.open(connection, options);
  const settings = {
    ...serviceConnection(url, name, files),
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    // A stack for every request, in case it fails, costs more than the request.
    noAsyncTraces: true,
  };
  const own = await connected(settings);
  try {
    return await JetStreamEventStore.open(own, { ...options, ownsConnection: true });
  } catch (error) {
    await own.close();
    throw error;
  }
}

async function openKurrentDb(url: string, { name, log, timeoutMs }: OpenOptions): Promise<EventStore> {
  // Only now: the client brings a native library, for which nobody should pay who does not use it.
  const { KurrentEventStore } = await import('./kurrentdb.js');
  return KurrentEventStore.open(url, { name, log, timeoutMs });
}

async function connected(settings: NodeConnectionOptions): Promise<NatsConnection> {
  try {
    return await connect(settings);
  } catch (error) {
    throw asFailure(`connect to ${settings.servers}`, error);
  }
}
