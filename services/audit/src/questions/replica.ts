import type { DataSource } from 'typeorm';
import type { Logger } from '#runtime';
import { connect, type DatabaseServer } from '../database/database-server.js';
import { checkpoint } from '../projection/write-events.js';

/** Shorter than for the primary, which is there to be asked instead. */
const PATIENCE = { connectMs: 2_000, statementMs: 5_000 };

/**
 * A read replica of the database, and whether it is fit to be asked: it answers, and holds what the read models held a
 * while ago. The checkpoint is replicated like every row, and tells.
 */
export class Replica {
  private readonly name: string;
  private database: DataSource | null = null;
  private fit = false;
  /** Everything that was written until then is in. */
  private heldUntil = Number.NEGATIVE_INFINITY;
  /** What it has to come to next, and since when the read models are there. */
  private goal: { readonly position: number; readonly since: number } | null = null;
  private complaint: string | null = null;

  constructor(
    private readonly server: DatabaseServer,
    private readonly pool: number,
    private readonly logger: Logger,
  ) {
    this.name = new URL(server.url).host;
  }

  /** The replica's database; null while it is not fit. */
  get usable(): DataSource | null {
    return this.fit ? this.database : null;
  }

  /**
   * Looks how it is.
   * @param position up to where the read models hold the log now
   */
  async look(position: number, mostBehindMs: number): Promise<void> {
    try {
      this.database ??= await connect(this.server, this.pool, PATIENCE);
      const behindMs = this.behind(await checkpoint(this.database.manager), position);
      if (behindMs > mostBehindMs) this.leave('it is behind');
      else this.use();
    } catch (error) {
      // Whatever it is: a question must not fail because of a server that it need not be asked of.
      this.leave('it cannot be asked', error);
    }
  }

  /** It failed a question. It is used again after the next look that finds it well. */
  failed(error: unknown): void {
    this.leave('it did not answer', error);
  }

  async close(): Promise<void> {
    this.fit = false;
    await this.database?.destroy();
  }

  /** For how long at most it has been lacking something. */
  private behind(held: number, position: number): number {
    const now = performance.now();
    if (held >= position) {
      this.heldUntil = now;
      this.goal = null;
      return 0;
    }
    if (this.goal && held >= this.goal.position) {
      this.heldUntil = this.goal.since;
      this.goal = null;
    }
    this.goal ??= { position, since: now };
    return now - this.heldUntil;
  }

  private use(): void {
    this.fit = true;
    if (this.complaint !== null) this.logger.info({ replica: this.name }, 'a read replica is asked again');
    this.complaint = null;
  }

  private leave(why: string, error?: unknown): void {
    this.fit = false;
    if (this.complaint === why) return;
    this.complaint = why;
    this.logger.warn({ replica: this.name, why, err: error }, 'a read replica is left out: the primary is asked');
  }
}
