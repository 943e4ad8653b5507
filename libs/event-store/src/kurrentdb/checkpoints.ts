import { BACKWARDS, END, jsonEvent, StreamNotFoundError } from '@kurrent/kurrentdb-client';
import { checkCheckpointName, encodeCheckpoint } from '../checkpoint.js';
import type { Link } from './link.js';
import { checkpointName } from './stream-names.js';

const TYPE = 'CheckpointSaved';

/** Checkpoints, each in a stream of its own outside the log, of which KurrentDB keeps the newest. */
export class Checkpoints {
  readonly #bounded = new Set<string>();

  constructor(readonly link: Link) {}

  async save(name: string, value: unknown): Promise<void> {
    const stream = checkpointName(this.link.log, checkCheckpointName(name));
    const saved = { json: encodeCheckpoint(name, value) };
    await this.link.askPlainly('save a checkpoint', async () => {
      await this.#bound(stream);
      await this.link.client.appendToStream(stream, jsonEvent({ type: TYPE, data: saved }), { requiresLeader: true });
    });
  }

  async load(name: string): Promise<unknown> {
    const stream = checkpointName(this.link.log, checkCheckpointName(name));
    const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1, ...this.link.reading } as const;
    return this.link.askPlainly('load a checkpoint', async () => {
      try {
        for await (const { event } of this.link.client.readStream(stream, options)) {
          if (event !== undefined) return JSON.parse((event.data as { json: string }).json);
        }
      } catch (error) {
        if (!(error instanceof StreamNotFoundError)) throw error;
      }
      return undefined;
    });
  }

  /** Before the first value, so that a stream without a bound never outlives us. Twice does no harm. */
  async #bound(stream: string): Promise<void> {
    if (this.#bounded.has(stream)) return;
    await this.link.client.setStreamMetadata(stream, { maxCount: 1 }, { requiresLeader: true });
    this.#bounded.add(stream);
  }
}
