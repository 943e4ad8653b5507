import { Changes } from './changes.js';

interface Limits {
  /** How long the first of a group waits for company. */
  readonly gatherMs: number;
  readonly mostAGroup: number;
  /** Whoever brings more than this has to wait. */
  readonly mostWaiting: number;
}

/** Takes items one at a time and hands them on in groups: in order, one group after another. */
export class Gatherer<Item> {
  /** Resolves after `stop`; rejects with what the handing on of a group threw. */
  readonly closed: Promise<void>;
  private readonly items: Item[] = [];
  private readonly changes = new Changes();
  private busy = false;
  private ended = false;

  constructor(
    private readonly handOn: (group: readonly Item[]) => Promise<void>,
    private readonly limits: Limits,
  ) {
    this.closed = this.run();
  }

  /** Items that were taken and are not being handed on yet. */
  get waiting(): number {
    return this.items.length;
  }

  /** Takes an item; resolves when there is room for another. Nothing is taken after the end. */
  async accept(item: Item): Promise<void> {
    if (this.ended) return;
    this.items.push(item);
    this.changes.happened();
    await this.changes.until(() => this.ended || this.items.length < this.limits.mostWaiting);
  }

  /** Resolves when everything that was taken has been handed on, or it has ended. */
  async drained(): Promise<void> {
    await this.changes.until(() => this.ended || (this.items.length === 0 && !this.busy));
  }

  /** Ends it after the group that is under way; what waits is dropped. */
  async stop(): Promise<void> {
    this.end();
    await this.closed;
  }

  private async run(): Promise<void> {
    const { gatherMs, mostAGroup } = this.limits;
    try {
      while (await this.isWanted()) {
        await this.changes.until(() => this.ended || this.items.length >= mostAGroup, gatherMs);
        if (this.ended) return;
        this.busy = true;
        await this.handOn(this.items.splice(0, mostAGroup));
        this.busy = false;
        this.changes.happened();
      }
    } finally {
      this.end();
    }
  }

  /** Waits for something to hand on. False at the end. */
  private async isWanted(): Promise<boolean> {
    await this.changes.until(() => this.ended || this.items.length > 0);
    return !this.ended;
  }

  private end(): void {
    this.ended = true;
    this.changes.happened();
  }
}
