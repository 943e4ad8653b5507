import {
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { openEventStore } from '#event-store';
import type { NatsInBench } from '../servers.js';
import type { BareClient, Contestant } from './contestant.js';

const LOG = 'SLUICE_LOG';
const OWN = 'BARE';

/**
 * The log on JetStream, beside the NATS client on a stream of its own of the same kind on the same server.
 * @param tuned the bare client does not take a stack for each request either, which it does as it comes
 */
export async function onJetStream({ url, version }: NatsInBench, tuned: boolean): Promise<Contestant> {
  const store = await openEventStore(url, { name: 'bench' });
  const connection = await connect({ servers: url, noAsyncTraces: tuned });
  const bare = await BareJetStream.open(connection);
  const close = async () => {
    await store.close();
    await connection.close();
  };
  const name = `JetStream ${version}${tuned ? ', client without async traces' : ''}`;
  return { name, store, bare, close };
}

class BareJetStream implements BareClient {
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #ends = new Map<string, number>();
  #payload: Uint8Array = new Uint8Array();

  private constructor(connection: NatsConnection, jsm: JetStreamManager) {
    this.#js = jetstream(connection);
    this.#jsm = jsm;
  }

  static async open(connection: NatsConnection): Promise<BareJetStream> {
    const jsm = await jetstreamManager(connection);
    const { config } = await jsm.streams.info(LOG);
    await jsm.streams.add({ ...config, name: OWN, subjects: [`${OWN}.>`] });
    return new BareJetStream(connection, jsm);
  }

  async copy(stream: string): Promise<{ bytes: number }> {
    const message = await this.#jsm.streams.getMessage(LOG, { last_by_subj: subjectOf(stream) });
    if (message === null) throw new Error(`${stream} is empty`);
    this.#payload = message.data;
    return { bytes: this.#payload.length };
  }

  async append(lane: string): Promise<void> {
    const lastSubjectSequence = this.#ends.get(lane) ?? 0;
    const { seq } = await this.#js.publish(`${OWN}.${lane}`, this.#payload, { expect: { lastSubjectSequence } });
    this.#ends.set(lane, seq);
  }

  readAll(): Promise<number> {
    return this.#read('sluice.log.>');
  }

  readStream(stream: string): Promise<number> {
    return this.#read(subjectOf(stream));
  }

  async #read(subject: string): Promise<number> {
    const last = await this.#jsm.streams.getMessage(LOG, { last_by_subj: subject });
    if (last === null) return 0;
    const options = { filter_subjects: subject, deliver_policy: DeliverPolicy.All };
    const messages = await (await this.#js.consumers.get(LOG, options)).consume();
    let count = 0;
    for await (const { seq } of messages) {
      count += 1;
      if (seq === last.seq) break;
    }
    await messages.close();
    return count;
  }
}

/** The benchmark's streams have names that need no encoding. */
function subjectOf(stream: string): string {
  return `sluice.log.${stream.replace('-', '.')}`;
}
