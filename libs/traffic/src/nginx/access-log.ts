import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { RouterError } from '../errors.js';
import { isSystemError } from '../node-error.js';
import type { TrafficObservation } from '../port.js';
import type { TimeLimit } from '../time-limit.js';
import { SideCounter } from './side-counter.js';

const CHUNK_BYTES = 1 << 20;
/** nginx writes no longer line: its parts are limited. */
const HEAD_BYTES = 65_536;

/**
 * Counts requests by the access log of nginx, from its beginning, and goes on where it stopped. The counts are a
 * function of the file alone: whoever reads it comes to the same ones, also after a restart. Another file or another
 * first line (the log was rotated, or emptied) is a new epoch.
 */
export class AccessLog {
  #epoch: string | null = null;
  #offset = 0;
  #counter: SideCounter;

  /** @param stagingTag the tag of requests that went to staging */
  constructor(
    private readonly path: string,
    private readonly stagingTag: string,
  ) {
    this.#counter = new SideCounter(stagingTag);
  }

  /**
   * Reads what was added. What was read stays read when the time is over in the middle of a long log.
   * @throws RouterError `refused` when the log cannot be read; `timed-out`, `interrupted`
   */
  async read(limit: TimeLimit): Promise<TrafficObservation> {
    limit.check('the log was not read');
    const file = await this.#open();
    try {
      const epoch = await epochOf(file);
      const { size } = await file.stat();
      if (epoch !== this.#epoch || size < this.#offset) this.#startAnew(epoch);
      await this.#readOn(file, limit);
      return { epoch, ...this.#counter.counts };
    } finally {
      await file.close();
    }
  }

  async #readOn(file: FileHandle, limit: TimeLimit): Promise<void> {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      limit.check('the log was not read to its end');
      const { bytesRead } = await file.read(chunk, 0, chunk.length, this.#offset);
      // What stands behind the last line break is still being written.
      const end = chunk.subarray(0, bytesRead).lastIndexOf('\n') + 1;
      if (end > 0) this.#counter.add(chunk.toString('utf8', 0, end));
      else if (bytesRead === chunk.length) {
        throw new RouterError('bad-answer', `${this.path} is no log: a line is longer than ${CHUNK_BYTES} bytes`);
      }
      this.#offset += end;
      if (bytesRead < chunk.length) return;
    }
  }

  #startAnew(epoch: string): void {
    this.#epoch = epoch;
    this.#offset = 0;
    this.#counter = new SideCounter(this.stagingTag);
  }

  async #open(): Promise<FileHandle> {
    try {
      return await open(this.path, 'r');
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new RouterError('refused', `the log of nginx cannot be read: ${error.message}`, {
        cause: error,
        retryable: true,
      });
    }
  }
}

/** The file and its first line, which holds the time of the first request. */
async function epochOf(file: FileHandle): Promise<string> {
  const { ino } = await file.stat();
  const head = Buffer.alloc(HEAD_BYTES);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  const end = head.subarray(0, bytesRead).indexOf('\n');
  const first = end < 0 ? 'empty' : createHash('sha256').update(head.subarray(0, end)).digest('hex').slice(0, 16);
  return `${ino}-${first}`;
}
