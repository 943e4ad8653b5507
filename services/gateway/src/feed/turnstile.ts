/** Lets so many in at once; the others wait for their turn, first come first served. */
export class Turnstile {
  private readonly queue: (() => void)[] = [];

  constructor(private free: number) {}

  /** Runs a task when it is its turn. Who has gone by then runs nothing. */
  async pass(signal: AbortSignal, task: () => Promise<void>): Promise<void> {
    await this.enter();
    if (signal.aborted) return this.leave();
    try {
      await task();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.free > 0) {
      this.free -= 1;
      return;
    }
    await new Promise<void>((resolve) => this.queue.push(resolve));
  }

  private leave(): void {
    const next = this.queue.shift();
    if (next) next();
    else this.free += 1;
  }
}
