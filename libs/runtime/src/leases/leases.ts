import { randomUUID } from 'node:crypto';
import type { Registry } from 'prom-client';
import { ZodError } from 'zod';
import type { NatsFiles } from '#event-store';
import { pause } from '../pause.js';
import { dieWith } from '../service/fatal.js';
import type { Logger } from '../service/logging.js';
import { LeaseMetrics } from './lease-metrics.js';
import { LeaseStore } from './lease-store.js';
import { isReplaced, type LeaseTable, type Sightings, sight, surplus, takeTurn, withoutMember } from './lease-table.js';
import { type Mark, markNow, sinceMark } from './mark.js';
import { partitionOf, type Tenant, type Tenure, type Which } from './tenure.js';

export interface LeaseOptions {
  readonly url: string;
  readonly files?: NatsFiles | undefined;
  /** The service whose work is shared: `executor`. */
  readonly role: string;
  /** Into how many partitions its work is divided; 1 for work that one process at a time does whole. */
  readonly partitions: number;
  /** This process, as whoever runs it calls it. One that is started under the same name takes over from it at once. */
  readonly instance?: string | undefined;
  /** Milliseconds after which others take over from a process that is not heard of any more. */
  readonly ttlMs: number;
  readonly logger: Logger;
  readonly metrics: Registry;
}

/** Of the time to live: so often a turn is taken, and so long a holder trusts the last one that it took. */
const TURN = 0.2;
const TRUST = 0.75;
const ROUNDS = 20;
const EVERYTHING: Which = () => true;

/** Another process goes by this one's name, and is newer. */
export class Replaced extends Error {
  override readonly name = 'Replaced';
}

/**
 * A process's share of a role's work, by leases in NATS. Each turn renews what it holds in one write, which fails when
 * anybody else has written since: so whoever takes from the dead knows that they have not moved. A holder that cannot
 * renew stops before others may begin.
 */
export class Leases implements Tenure {
  private readonly me = randomUUID();
  private readonly name: string;
  private readonly told: LeaseMetrics;
  private readonly stopping = new AbortController();
  private store: LeaseStore | null = null;
  private tenant: Tenant | null = null;
  private running: Promise<void> = Promise.resolve();

  private joined = false;
  private beat = 0;
  /** Just before the last turn that was taken: others count from later. */
  private renewed: Mark = markNow();
  private expiry: NodeJS.Timeout | undefined;
  private sightings: Sightings = new Map();
  private looked: Mark = markNow();

  private held: ReadonlySet<number> = new Set();
  /** Given up, with work on them still coming to its end; then vacated, and in the next turn anybody's. */
  private readonly vacating = new Set<number>();
  private readonly vacated = new Set<number>();
  /** The end of the work on what was lost. */
  private ending: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: LeaseOptions) {
    this.name = options.instance ?? this.me;
    this.told = new LeaseMetrics(options.metrics, options.role, () => (this.isValid() ? this.held.size : 0));
  }

  holds(key: string): boolean {
    return this.isValid() && this.held.has(partitionOf(key, this.options.partitions));
  }

  /** @throws what the NATS client throws when there is no server, or none with JetStream */
  async begin(tenant: Tenant): Promise<void> {
    const { url, role, files, ttlMs, logger } = this.options;
    this.tenant = tenant;
    this.store = await LeaseStore.open({ url, role, files, timeoutMs: ttlMs * TURN });
    await this.turn(this.store);
    this.running = this.takeTurns(this.store);
    this.running.catch(dieWith(logger, `sharing the work of the ${role}`));
  }

  async end(): Promise<void> {
    this.stopping.abort();
    await this.running;
    clearTimeout(this.expiry);
    this.held = new Set();
    if (!this.store) return;
    await this.leave(this.store);
    await this.store.close();
  }

  private async takeTurns(store: LeaseStore): Promise<void> {
    const { signal } = this.stopping;
    const { ttlMs, logger } = this.options;
    for (let away = false; ; ) {
      await pause(ttlMs * TURN, signal);
      if (signal.aborted) return;
      try {
        await this.turn(store);
        away = false;
      } catch (error) {
        if (isFatal(error)) throw error;
        if (!away) logger.warn({ err: error }, 'the leases cannot be renewed; trying on');
        away = true;
      }
    }
  }

  private async turn(store: LeaseStore): Promise<void> {
    const { me, name } = this;
    const { partitions, ttlMs: ttl } = this.options;
    await this.ending;
    for (let round = 0; round < ROUNDS; round += 1) {
      const began = markNow();
      const { table, revision } = await store.read();
      // Who could not look for a while has not seen whether the others moved.
      if (sinceMark(this.looked) > ttl / 2) this.sightings = new Map();
      this.looked = markNow();
      const now = performance.now();
      this.sightings = sight(table, this.sightings, now);
      if (this.joined && !(me in table.members)) await this.struckOff(table);
      const vacated = new Set(this.vacated);
      const { beat, sightings } = this;
      this.beat += 1;
      const after = takeTurn(table, { me, name, beat, partitions, now, ttl, sightings, vacated });
      if (await store.write(after, revision)) return this.took(after, vacated, began);
    }
    throw new Error(`others have written the leases first, ${ROUNDS} times`);
  }

  private took(table: LeaseTable, vacated: ReadonlySet<number>, began: Mark): void {
    const { partitions, ttlMs, logger } = this.options;
    for (const partition of vacated) this.vacated.delete(partition);
    this.joined = true;
    this.renewed = began;
    clearTimeout(this.expiry);
    this.expiry = setTimeout(() => this.expire(), ttlMs * TRUST - sinceMark(began));
    const mine = (table.members[this.me]?.partitions ?? []).filter(
      (partition) => !this.vacating.has(partition) && !this.vacated.has(partition),
    );
    const taken = mine.filter((partition) => !this.held.has(partition));
    this.held = new Set(mine);
    if (taken.length > 0) {
      this.told.changed('taken', taken.length);
      logger.info({ partitions: taken.length, held: mine.length }, 'took over a part of the work');
      this.tenant?.taken(this.which(taken));
    }
    this.giveUp(surplus(table, this.me, partitions).filter((partition) => this.held.has(partition)));
  }

  /** Makes room for others. */
  private giveUp(given: readonly number[]): void {
    const { logger } = this.options;
    if (given.length === 0) return;
    this.told.changed('given-up', given.length);
    this.held = new Set([...this.held].filter((partition) => !given.includes(partition)));
    for (const partition of given) this.vacating.add(partition);
    logger.info({ partitions: given.length, held: this.held.size }, 'leaves a part of the work to others');
    const vacated = this.tenant?.vacate(this.which(given), true) ?? Promise.resolve();
    vacated.then(
      () => {
        for (const partition of given) {
          this.vacating.delete(partition);
          this.vacated.add(partition);
        }
      },
      dieWith(logger, 'leaving work to others'),
    );
  }

  /** Others may believe this process dead soon. */
  private expire(): void {
    this.options.logger.error({ partitions: this.held.size }, 'the leases could not be renewed in time; work stops');
    this.lose();
  }

  private async struckOff(table: LeaseTable): Promise<void> {
    if (isReplaced(table, this.me, this.name)) {
      throw new Replaced(
        `a newer ${this.options.role} goes by the name ${this.name}: each needs an INSTANCE of its own`,
      );
    }
    this.options.logger.error(
      { partitions: this.held.size },
      'others have taken this process for dead; it joins again',
    );
    this.joined = false;
    this.lose();
    await this.ending;
  }

  private lose(): void {
    this.told.changed('lost', this.held.size);
    this.held = new Set();
    const ended = this.tenant?.vacate(EVERYTHING, false) ?? Promise.resolve();
    this.ending = Promise.all([this.ending, ended]);
    this.ending.catch(dieWith(this.options.logger, 'stopping work that was lost'));
  }

  /** Whoever cannot be told that this process leaves finds out by the time that goes by. */
  private async leave(store: LeaseStore): Promise<void> {
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { table, revision } = await store.read();
        if (!(this.me in table.members) || (await store.write(withoutMember(table, this.me), revision))) return;
      }
    } catch (error) {
      if (isFatal(error)) throw error;
      this.options.logger.warn({ err: error }, 'the leases could not be given back; others wait until they run out');
    }
  }

  private isValid(): boolean {
    return this.joined && sinceMark(this.renewed) < this.options.ttlMs * TRUST;
  }

  private which(partitions: readonly number[]): Which {
    const set = new Set(partitions);
    return (key) => set.has(partitionOf(key, this.options.partitions));
  }
}

/** What the NATS client throws passes; these do not. */
function isFatal(error: unknown): boolean {
  return error instanceof Replaced || error instanceof ZodError || error instanceof TypeError;
}
