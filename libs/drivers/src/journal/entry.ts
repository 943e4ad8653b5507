import { open, readFile, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { DriverError, OUTPUT_TAIL_BYTES } from '../errors.js';
import { bootName } from '../processes/boot.js';
import { type ProcessMark, parsePs, parseStat } from '../processes/process-mark.js';
import { isSystemError } from '../system-error.js';
import { makeDirectory, writeOnce } from './write-once.js';

/** What a key stands for. The same key with anything else behind it is a mistake of the caller. */
export interface Task {
  readonly key: string;
  readonly action: string;
  readonly unit: string;
  readonly version: string | null;
}

const Claim = z.object({
  key: z.string(),
  action: z.string(),
  unit: z.string(),
  version: z.string().nullable(),
  boot: z.string(),
});

/** How an effect ended. `lost`: it was begun, and its process is gone without a trace of how it ended. */
export type Outcome =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'lost' };

/** Where an effect stands. `barred`: it was given up before it began, and will not begin any more. */
export type Start =
  | { readonly kind: 'running'; readonly leader: ProcessMark; readonly at: number }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'barred' };

const MAX_OUTPUT_BYTES = 1_048_576;
const BARRED = 'barred';

/**
 * The memory of one effect: a directory with up to four files, each of which is written once.
 *
 * - `claim`: what the key stands for, and the boot in which it was first asked for. On disk before anything runs.
 * - `started`: by the process that won the right to run the command. Without it nothing ran in this boot.
 * - `outcome`: the exit code, or `timed-out`, or `lost`. Whoever writes it first is believed by all.
 * - `output`: what the command printed, cut when it grows too long.
 */
export class Entry {
  constructor(readonly directory: string) {}

  /**
   * Says what the key is for, the first time; checks that it is for the same, every other time.
   *
   * @throws DriverError `refused` when the key already stands for something else.
   */
  async claim(task: Task): Promise<void> {
    await makeDirectory(this.directory);
    const boot = await bootName();
    const { key, action, unit, version } = task;
    if (await writeOnce(this.directory, 'claim', JSON.stringify({ key, action, unit, version, boot }))) return;
    const claim = Claim.parse(JSON.parse((await this.read('claim')) ?? 'null'));
    if (claim.key !== key || claim.action !== action || claim.unit !== unit || claim.version !== version) {
      const before = `${claim.action} ${claim.unit} to ${claim.version ?? 'nothing'}`;
      throw new DriverError('refused', `the key ${key} already stands for something else: ${before}`);
    }
    // After a power cut a missing `started` proves nothing: it is not synced, what the command did elsewhere may last.
    if (claim.boot !== boot && !(await this.start())) await this.conclude('lost');
  }

  async outcome(): Promise<Outcome | null> {
    const text = await this.read('outcome');
    if (text === null) return null;
    if (text === 'timed-out\n') return { kind: 'timed-out' };
    return /^\d{1,3}\n$/.test(text) ? { kind: 'exited', code: Number(text) } : { kind: 'lost' };
  }

  /** Writes how it ended, unless that is written already. @returns what is written; `lost` when all of it is gone. */
  async conclude(kind: 'timed-out' | 'lost'): Promise<Outcome> {
    try {
      await writeOnce(this.directory, 'outcome', `${kind}\n`);
    } catch (error) {
      if (!isSystemError(error, 'ENOENT')) throw error;
    }
    return (await this.outcome()) ?? { kind: 'lost' };
  }

  /** Null as long as nothing has begun. */
  async start(): Promise<Start | null> {
    const text = await this.read('started');
    if (text === null) return null;
    if (text === BARRED) return { kind: 'barred' };
    const [id = '', mark = ''] = text.split('\n');
    const start = (parseStat(mark) ?? parsePs(mark))?.start;
    if (!/^[1-9]\d*$/.test(id) || start === undefined) return { kind: 'unreadable' };
    const { mtimeMs } = await stat(this.file('started'));
    return { kind: 'running', leader: { pid: Number(id), start }, at: mtimeMs };
  }

  /** Whether the release was forgotten in the meantime. */
  async isGone(): Promise<boolean> {
    return (await this.read('claim')) === null;
  }

  /** Makes sure that it does not begin any more. Without effect when it has begun. */
  async bar(): Promise<void> {
    await writeOnce(this.directory, 'started', BARRED);
  }

  /** The last that the command printed, from the first whole character on. */
  async outputTail(): Promise<string> {
    const size = await this.outputSize();
    if (size === 0) return '';
    const length = Math.min(size, OUTPUT_TAIL_BYTES);
    const file = await open(this.file('output'), 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
      return textTail(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  }

  /** Empties the output when it has grown too long. The command appends, and goes on at the new end. */
  async boundOutput(): Promise<void> {
    if ((await this.outputSize()) > MAX_OUTPUT_BYTES) await truncate(this.file('output'));
  }

  private async outputSize(): Promise<number> {
    try {
      return (await stat(this.file('output'))).size;
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return 0;
      throw error;
    }
  }

  private async read(name: string): Promise<string | null> {
    try {
      return await readFile(this.file(name), 'utf8');
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return null;
      throw error;
    }
  }

  private file(name: string): string {
    return path.join(this.directory, name);
  }
}

/** The end of an output as text, at most {@link OUTPUT_TAIL_BYTES} of it, without half a character at its beginning. */
export function textTail(output: Uint8Array): string {
  const tail = output.subarray(Math.max(0, output.length - OUTPUT_TAIL_BYTES));
  const isInside = (byte: number): boolean => (byte & 0b1100_0000) === 0b1000_0000;
  const first = tail.length < output.length ? tail.findIndex((byte) => !isInside(byte)) : 0;
  return new TextDecoder().decode(tail.subarray(Math.max(0, first))).trim();
}
