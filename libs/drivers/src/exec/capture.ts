import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { DriverError, OUTPUT_TAIL_BYTES } from '../errors.js';
import { textTail } from '../journal/entry.js';
import { signalGroup } from '../processes/process-mark.js';

export interface CaptureOptions {
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Captured {
  /** 128 and the signal's number when a signal ended it, as in a shell. */
  readonly exitCode: number;
  readonly stdout: string;
  /** The end of standard error. */
  readonly errors: string;
}

const MAX_STDOUT_BYTES = 65_536;
const MAX_STDERR_BYTES = 2 * OUTPUT_TAIL_BYTES;
/** What `exec` says when a program, or the interpreter that it names, cannot be run. */
const MISSING = ['ENOENT', 'EACCES', 'ENOEXEC'];

/**
 * Runs a command that changes nothing and returns what it printed. It does not outlive its time or the caller's signal.
 *
 * @throws DriverError `timed-out`, `interrupted`, `command-missing`, `not-started`, `bad-answer` when it prints too much.
 */
export async function capture(
  [program, ...args]: readonly [string, ...string[]],
  environment: Record<string, string>,
  options: CaptureOptions,
): Promise<Captured> {
  if (options.signal?.aborted) throw new DriverError('interrupted', 'nobody waits for the answer any more');
  const child = spawn(program, args, { detached: true, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const timers: NodeJS.Timeout[] = [];
  let ended: DriverError | null = null;

  const end = (error: DriverError): void => {
    if (ended) return;
    ended = error;
    if (child.pid === undefined) return;
    const group = child.pid;
    signalGroup(group, 'SIGTERM');
    const kill = (): void => {
      signalGroup(group, 'SIGKILL');
      // Somebody who left the group may still hold the pipes open.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    timers.push(setTimeout(kill, options.graceMs));
  };
  const onAbort = (): void => end(new DriverError('interrupted', 'nobody waits for the answer any more'));
  const onTimeout = (): void => end(new DriverError('timed-out', `no answer within ${options.timeoutMs} ms`));

  timers.push(setTimeout(onTimeout, options.timeoutMs));
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const stdout = collect(child.stdout, MAX_STDOUT_BYTES, () =>
      end(new DriverError('bad-answer', `the answer is longer than ${MAX_STDOUT_BYTES} bytes`)),
    );
    const stderr = keepEnd(child.stderr, MAX_STDERR_BYTES);
    const exitCode = await exitOf(child);
    if (ended) throw ended;
    return { exitCode, stdout: stdout().toString('utf8'), errors: textTail(stderr()) };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** Settles when the process has ended and nobody can print any more. */
function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const code = MISSING.includes(cause.code ?? '') ? 'command-missing' : 'not-started';
      reject(new DriverError(code, `the command cannot be started: ${cause.message}`, { cause }));
    });
  });
}

/** Collects the beginning of a stream. @returns what there is so far. */
function collect(stream: Readable, limit: number, onFull: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) onFull();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks);
}

/** Collects the end of a stream. @returns what there is so far. */
function keepEnd(stream: Readable, limit: number): () => Buffer {
  let end: Buffer = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    end = Buffer.concat([end, chunk]);
    end = end.subarray(Math.max(0, end.length - limit));
  });
  return () => end;
}
