import { type KV, Kvm } from '@nats-io/kv';
import { checkCheckpointName, encodeCheckpoint } from '../checkpoint.js';
import type { Link } from './link.js';
import { onceMoreIfRaced } from './log-stream.js';
import { encodeToken } from './subjects.js';

const BUCKET = 'sluice-checkpoints';

/** Checkpoints in a NATS KV bucket. */
export class Checkpoints {
  private constructor(
    readonly link: Link,
    readonly kv: KV,
  ) {}

  /** Opens the bucket; creates it when it is absent. */
  static async open(link: Link, replicas: number): Promise<Checkpoints> {
    // Not from replicas: a checkpoint that was just saved has to be read back.
    const options = { history: 1, replicas, allow_direct: false };
    const open = () => new Kvm(link.js).create(BUCKET, options);
    return new Checkpoints(link, await link.ask('open the checkpoints', () => onceMoreIfRaced(open)));
  }

  async save(name: string, value: unknown): Promise<void> {
    const key = encodeToken(checkCheckpointName(name));
    const json = encodeCheckpoint(name, value);
    await this.link.ask('save a checkpoint', () => this.kv.put(key, json));
  }

  async load(name: string): Promise<unknown> {
    const key = encodeToken(checkCheckpointName(name));
    const entry = await this.link.ask('load a checkpoint', () => this.kv.get(key));
    return entry === null ? undefined : JSON.parse(entry.string());
  }
}
