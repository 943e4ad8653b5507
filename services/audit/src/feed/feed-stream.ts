import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { z } from 'zod';
import type { RecordedEvent } from '#event-store';
import { cloudEvent, subjectOf } from './cloud-event.js';

export const FEED_STREAM = 'SLUICE_EVENTS';
const DAY_MS = 86_400_000;
const PUBLISH_MS = 2_000;
const Published = z.object({ sluiceposition: z.string().regex(/^\d+$/) });

/** The JetStream stream that the world outside reads. A feed and not an archive: the log is what keeps. */
export class FeedStream {
  private constructor(
    private readonly manager: JetStreamManager,
    private readonly client: JetStreamClient,
  ) {}

  /** Creates the stream when it is absent; one that is there is taken as its operator set it up. */
  static async open(connection: NatsConnection): Promise<FeedStream> {
    const manager = await jetstreamManager(connection);
    try {
      await manager.streams.info(FEED_STREAM);
    } catch (error) {
      const isAbsent = error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;
      if (!isAbsent) throw error;
      await manager.streams.add({
        name: FEED_STREAM,
        subjects: ['sluice.events.>'],
        retention: RetentionPolicy.Limits,
        discard: DiscardPolicy.Old,
        max_age: nanos(7 * DAY_MS),
        max_bytes: 1024 ** 3,
      });
    }
    return new FeedStream(manager, jetstream(connection));
  }

  /** The place in the log of what was published last; -1 when the stream has nothing. */
  async newest(): Promise<number> {
    // nats-server 2.9.10 dies of a question for a message to a stream that another service is just creating.
    const { state } = await this.manager.streams.info(FEED_STREAM);
    if (state.messages === 0) return -1;
    const message = await this.manager.streams.getMessage(FEED_STREAM, { seq: state.last_seq });
    const published = Published.safeParse(message?.json());
    return published.success ? Number(published.data.sluiceposition) : -1;
  }

  /**
   * Publishes an event. Twice within two minutes, by another replica say, is once.
   * @param behind the id of the event that has to be the newest there; null for none
   * @throws what the NATS client throws: also when another event is the newest, since one before this one failed
   */
  async publish(event: RecordedEvent, behind: string | null): Promise<void> {
    const expect = behind === null ? {} : { expect: { lastMsgID: behind } };
    const options = { msgID: event.id, timeout: PUBLISH_MS, ...expect };
    await this.client.publish(subjectOf(event), JSON.stringify(cloudEvent(event)), options);
  }
}
