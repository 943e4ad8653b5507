import { appendFile } from 'node:fs/promises';
import type { CallRecord } from '#traffic';

/** A call, and which of its two ends saw it. */
export interface SeenCall {
  readonly by: 'server' | 'client';
  readonly call: CallRecord;
}

/** Where a unit reports calls. */
export interface CallSink {
  add(seen: SeenCall): void;
  /** Resolves when everything that was added before is where it belongs. */
  flush(): Promise<void>;
}

/** Adds up what is reported and brings it away every few milliseconds, in order, in pieces. */
export class BufferedSink implements CallSink {
  #waiting: SeenCall[] = [];
  #timer: NodeJS.Timeout | null = null;
  #written: Promise<void> = Promise.resolve();

  constructor(
    private readonly bring: (calls: readonly SeenCall[]) => Promise<void>,
    private readonly everyMs = 20,
  ) {}

  add(seen: SeenCall): void {
    this.#waiting.push(seen);
    this.#timer ??= setTimeout(() => void this.flush(), this.everyMs);
  }

  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const calls = this.#waiting;
    this.#waiting = [];
    if (calls.length > 0) this.#written = this.#written.then(() => this.bring(calls));
    return this.#written;
  }
}

/** A file of call records, as the called units write it. */
export function fileSink(path: string): CallSink {
  return new BufferedSink(async (calls) => {
    const lines = calls.filter(({ by }) => by === 'server').map(({ call }) => `${JSON.stringify(call)}\n`);
    await appendFile(path, lines.join(''));
  });
}
