/** Lets so many tasks run at the same time; the others wait in order. */
export class Slots {
  private readonly queue: (() => void)[] = [];
  private free: number;

  constructor(readonly count: number) {
    this.free = count;
  }

  /** Tasks that run now. */
  get taken(): number {
    return this.count - this.free;
  }

  /** Tasks that wait for one of them to end. */
  get waiting(): number {
    return this.queue.length;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.queue.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
