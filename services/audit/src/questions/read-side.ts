import type { DataSource } from 'typeorm';
import { pause } from '#runtime';
import { isDatabaseAway } from '../database/failure.js';
import type { Replica } from './replica.js';

interface Limits {
  /** How often replicas are looked at. */
  readonly lookMs: number;
  /** A replica that has been lacking something for longer is not asked. */
  readonly mostBehindMs: number;
}

const LIMITS: Limits = { lookMs: 1_000, mostBehindMs: 10_000 };

/**
 * Where questions are put: the replicas in turn, or the primary when there is none that is fit. An answer may be as old
 * as the limit says, and no older; what needs to be newer (the proofs of integrity do) asks the primary.
 */
export class ReadSide {
  private readonly stopping = new AbortController();
  private readonly watching: Promise<unknown>;
  private asked = 0;

  /** @param position up to where the read models hold the log */
  constructor(
    private readonly primary: DataSource,
    private readonly replicas: readonly Replica[],
    private readonly position: () => number,
    private readonly limits: Limits = LIMITS,
  ) {
    this.watching = Promise.all(replicas.map((replica) => this.watch(replica)));
  }

  async ask<Answer>(question: (database: DataSource) => Promise<Answer>): Promise<Answer> {
    const replica = this.next();
    if (!replica?.usable) return question(this.primary);
    try {
      return await question(replica.usable);
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      replica.failed(error);
      return question(this.primary);
    }
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.watching;
    await Promise.all(this.replicas.map((replica) => replica.close()));
  }

  private next(): Replica | undefined {
    const fit = this.replicas.filter(({ usable }) => usable);
    this.asked += 1;
    return fit[this.asked % fit.length];
  }

  private async watch(replica: Replica): Promise<void> {
    const { lookMs, mostBehindMs } = this.limits;
    while (!this.stopping.signal.aborted) {
      await replica.look(this.position(), mostBehindMs);
      await pause(lookMs, this.stopping.signal);
    }
  }
}
