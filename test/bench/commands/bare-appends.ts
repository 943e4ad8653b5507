import { type JetStreamClient, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { NatsInBench } from '../servers.js';

const LOG = 'SLUICE_LOG';
const OWN = 'BARE';

/** What the NATS client appends to a stream like the log, on the same server, with what is there at the time as its payload. */
export class BareAppends {
  readonly #ends = new Map<string, number>();

  private constructor(
    private readonly connection: NatsConnection,
    private readonly js: JetStreamClient,
    private readonly payload: Uint8Array,
  ) {}

  /**
   * @param subject of the log; its newest message is the pattern, byte for byte
   * @param tuned the client does not take a stack for each request, which it does as it comes
   */
  static async open({ url }: NatsInBench, subject: string, tuned: boolean): Promise<BareAppends> {
    const connection = await connect({ servers: url, noAsyncTraces: tuned });
    const jsm = await jetstreamManager(connection);
    const { config } = await jsm.streams.info(LOG);
    await jsm.streams.add({ ...config, name: OWN, subjects: [`${OWN}.>`] });
    const message = await jsm.streams.getMessage(LOG, { last_by_subj: subject });
    if (message === null) throw new Error(`there is nothing under ${subject}`);
    return new BareAppends(connection, jetstream(connection), message.data);
  }

  /** Appends to the lane's subject of its own where it last ended. @throws Error when somebody else was first */
  async append(lane: string): Promise<void> {
    const lastSubjectSequence = this.#ends.get(lane) ?? 0;
    const { seq } = await this.js.publish(`${OWN}.${lane}`, this.payload, { expect: { lastSubjectSequence } });
    this.#ends.set(lane, seq);
  }

  get bytes(): number {
    return this.payload.length;
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
