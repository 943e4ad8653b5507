/** Runs tasks of the same key one after another, those of different keys side by side. */
export class KeyedQueue {
  private readonly tails = new Map<string, Promise<unknown>>();
  private unfinished = 0;

  /** Tasks that run or wait for their turn. */
  get size(): number {
    return this.unfinished;
  }

  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    const result = before.then(task, task);
    this.unfinished += 1;
    const done = () => {
      this.unfinished -= 1;
    };
    const tail = result.then(done, done);
    this.tails.set(key, tail);
    void tail.then(() => {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    });
    return result;
  }
}
