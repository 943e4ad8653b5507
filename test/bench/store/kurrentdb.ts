import { randomUUID } from 'node:crypto';
import {
  BACKWARDS,
  END,
  jsonEvent,
  KurrentDBClient,
  NO_STREAM,
  type RecordedEvent,
  START,
  streamNameFilter,
} from '@kurrent/kurrentdb-client';
import { openEventStore } from '#event-store';
import { startChild } from '../child.js';
import type { BareClient, Contestant } from './contestant.js';

const NODE = new URL('./kurrentdb-node.js', import.meta.url);

/** The log in KurrentDB, beside KurrentDB's client on streams of its own: at `KURRENTDB_URL`, or the tests' server. */
export async function onKurrentDb(): Promise<Contestant> {
  const url = process.env.KURRENTDB_URL;
  if (url !== undefined) return contestant('KurrentDB', url, async () => undefined);
  const node = await startChild<string>(NODE);
  try {
    return await contestant('KurrentDB (its protocol, in memory)', node.said, () => node.stop());
  } catch (error) {
    await node.stop();
    throw error;
  }
}

async function contestant(name: string, url: string, end: () => Promise<void>): Promise<Contestant> {
  const log = `bench_${randomUUID().replaceAll('-', '')}`;
  const store = await openEventStore(url, { name: 'bench', log });
  const client = KurrentDBClient.connectionString(url.replace(/^esdb/, 'kurrentdb'));
  const close = async () => {
    await store.close();
    await client.dispose();
    await end();
  };
  return { name, store, bare: new BareKurrentDb(client, log), close };
}

class BareKurrentDb implements BareClient {
  readonly #ends = new Map<string, bigint>();
  #pattern: RecordedEvent | undefined;

  constructor(
    private readonly client: KurrentDBClient,
    private readonly log: string,
  ) {}

  async copy(stream: string): Promise<{ bytes: number }> {
    const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const;
    for await (const { event } of this.client.readStream(`${this.log}:${stream}`, options)) this.#pattern = event;
    const { data, metadata } = this.#original;
    return { bytes: Buffer.byteLength(JSON.stringify(data)) + Buffer.byteLength(JSON.stringify(metadata)) };
  }

  async append(lane: string): Promise<void> {
    const { type, data, metadata } = this.#original;
    const stream = `bare_${this.log}-${lane}`;
    const event = jsonEvent({ type, data: data as string, metadata });
    const streamState = this.#ends.get(lane) ?? NO_STREAM;
    const { nextExpectedRevision } = await this.client.appendToStream(stream, event, {
      streamState,
      requiresLeader: true,
    });
    this.#ends.set(lane, nextExpectedRevision);
  }

  async readAll(): Promise<number> {
    const filter = streamNameFilter({ prefixes: [`${this.log}:`] });
    let last: bigint | undefined;
    const newest = this.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1, filter });
    for await (const { event } of newest) last = event?.position?.commit;
    if (last === undefined) return 0;
    const subscription = this.client.subscribeToAll({ fromPosition: START, filter });
    let count = 0;
    for await (const { event } of subscription) {
      count += 1;
      if (event?.position?.commit === last) break;
    }
    await subscription.unsubscribe();
    return count;
  }

  async readStream(stream: string): Promise<number> {
    let count = 0;
    for await (const _ of this.client.readStream(`${this.log}:${stream}`)) count += 1;
    return count;
  }

  get #original(): RecordedEvent {
    if (this.#pattern === undefined) throw new Error('there is no event to copy');
    return this.#pattern;
  }
}
