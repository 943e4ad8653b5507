/** Lets several wait until something is true; whoever changes what it depends on says so. */
export class Changes {
  private readonly looks = new Set<() => void>();

  /** Resolves as soon as the condition holds; false when it did not within the time. */
  until(condition: () => boolean, withinMs?: number): Promise<boolean> {
    if (condition()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (holds: boolean) => {
        clearTimeout(timer);
        this.looks.delete(look);
        resolve(holds);
      };
      const look = () => {
        if (condition()) settle(true);
      };
      const timer = withinMs === undefined ? undefined : setTimeout(settle, withinMs, false);
      this.looks.add(look);
    });
  }

  happened(): void {
    for (const look of [...this.looks]) look();
  }
}
