import { JetStreamApiError, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type NatsFiles, serviceConnection } from '#event-store';
import { EMPTY_TABLE, LeaseTable } from './lease-table.js';

const BUCKET = 'sluice-leases';
const WRONG_LAST_SEQUENCE = [10071, 10164];
const CONNECTION = { timeout: 5_000, maxReconnectAttempts: -1, reconnectTimeWait: 250 };

interface Where {
  readonly url: string;
  readonly role: string;
  readonly files: NatsFiles | undefined;
  /** How long an answer may take. */
  readonly timeoutMs: number;
}

/** A table as it was read, and the version that a change of it has to follow. */
export interface LeasePage {
  readonly table: LeaseTable;
  /** 0 for a table that is not there yet. */
  readonly revision: number;
}

/** Where the table of a role is kept: under one key of a bucket in NATS. */
export class LeaseStore {
  private holdsAnything = false;

  private constructor(
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
    private readonly kv: KV,
    private readonly role: string,
  ) {}

  /**
   * Opens the bucket; creates it when it is absent.
   * @throws what the NATS client throws when there is no server, or none with JetStream
   */
  static async open({ url, role, files, timeoutMs }: Where): Promise<LeaseStore> {
    const connection = await connect({ ...serviceConnection(url, role, files), ...CONNECTION, name: `${role}-leases` });
    try {
      const client = jetstream(connection, { timeout: timeoutMs });
      const manager = await jetstreamManager(connection, { timeout: timeoutMs, checkAPI: false });
      // Not from replicas: what was written last has to be read.
      const kv = await new Kvm(client).create(BUCKET, { history: 1, allow_direct: false });
      return new LeaseStore(connection, manager, kv, role);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** @throws what the NATS client throws, all of it worth trying again; ZodError for a table that is none */
  async read(): Promise<LeasePage> {
    // nats-server 2.9 can die of being asked for a message of a stream that is just being made.
    this.holdsAnything ||= (await this.manager.streams.info(`KV_${BUCKET}`)).state.messages > 0;
    const entry = this.holdsAnything ? await this.kv.get(this.role) : null;
    if (!entry) return { table: EMPTY_TABLE, revision: 0 };
    return { table: LeaseTable.parse(entry.json()), revision: entry.revision };
  }

  /**
   * Writes the table if it is still as it was read. False when somebody else was first.
   * @throws what the NATS client throws: whether it is written is not known then
   */
  async write(table: LeaseTable, revision: number): Promise<boolean> {
    try {
      await this.kv.put(this.role, JSON.stringify(table), { previousSeq: revision });
      return true;
    } catch (error) {
      if (error instanceof JetStreamApiError && WRONG_LAST_SEQUENCE.includes(error.code)) return false;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}
