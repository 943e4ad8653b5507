import { Changes } from './changes.js';

interface Limits<Item> {
  /** How long the first of a group waits for company, at least and at most: some times as long as the last group took. */
  readonly gatherMs: number;
  readonly mostGatherMs: number;
  readonly mostAGroup: number;
  /** Whoever brings more than this, in items or in bytes, has to wait. */
  readonly mostWaiting: number;
  readonly mostBytesWaiting: number;
  readonly bytesOf: (item: Item) => number;
}

/** So many times as long as the handing on of a group takes, the next one gathers. */
const COMPANY = 3;

/** Takes items one at a time and hands them on in groups: in order, one group after another. */
export class Gatherer<Item> {
  /** Resolves after `stop`; rejects with what the handing on of a group threw. */
  readonly closed: Promise<void>;
  private readonly items: { readonly item: Item; readonly bytes: number }[] = [];
  private bytes = 0;
  private readonly changes = new Changes();
  private busy = false;
  private ended = false;

  constructor(
    private readonly handOn: (group: readonly Item[]) => Promise<void>,
    private readonly limits: Limits<Item>,
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
    const bytes = this.limits.bytesOf(item);
    this.items.push({ item, bytes });
    this.bytes += bytes;
    this.changes.happened();
    if (!this.hasRoom()) await this.changes.until(() => this.ended || this.hasRoom());
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
    const { gatherMs, mostGatherMs, mostAGroup } = this.limits;
    let wait = gatherMs;
    try {
      while (await this.isWanted()) {
        const isEnough = () => this.items.length >= mostAGroup || !this.hasRoom();
        await this.changes.until(() => this.ended || isEnough(), wait);
        if (this.ended) return;
        this.busy = true;
        const group = this.items.splice(0, mostAGroup);
        this.bytes -= group.reduce((sum, { bytes }) => sum + bytes, 0);
        this.changes.happened();
        const began = performance.now();
        await this.handOn(group.map(({ item }) => item));
        // What a group costs is mostly the same however large it is: under load larger ones leave more for others to do.
        wait = Math.min(mostGatherMs, Math.max(gatherMs, COMPANY * (performance.now() - began)));
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

  private hasRoom(): boolean {
    const { mostWaiting, mostBytesWaiting } = this.limits;
    return this.items.length < mostWaiting && this.bytes < mostBytesWaiting;
  }

  private end(): void {
    this.ended = true;
    this.changes.happened();
  }
}
