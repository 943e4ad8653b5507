import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { DriverError } from '../errors.js';
import { endSession } from '../processes/end-session.js';
import { isSessionAlive } from '../processes/process-mark.js';
import type { Entry, Outcome, Start } from './entry.js';
import { type PreparedCommand, startWrapper } from './wrapper.js';

export interface RunOnceOptions {
  /** From the moment the command was begun, whoever began it. */
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly signal?: AbortSignal | undefined;
}

const FIRST_POLL_MS = 5;
const SLOWEST_POLL_MS = 250;

/**
 * Runs the command of a claimed entry once, however often and by however many processes of this host it is asked for,
 * and waits for the outcome. `prepare` is asked only when the command has to be started.
 *
 * | it finds                                   | it does                                         |
 * |--------------------------------------------|-------------------------------------------------|
 * | an outcome                                 | returns it                                      |
 * | nothing begun                              | starts a wrapper; the first of several runs it  |
 * | begun, its processes alive                 | waits, and ends them when their time is over    |
 * | begun, its processes gone, no outcome      | `lost`                                          |
 *
 * @throws DriverError what `prepare` throws, `interrupted` (the command goes on), `not-started` (nothing happened), `timed-out` when the
 * processes could not be ended.
 */
export async function runOnce(
  entry: Entry,
  prepare: () => Promise<PreparedCommand>,
  options: RunOnceOptions,
): Promise<Outcome> {
  throwIfInterrupted(options.signal);
  const known = await entry.outcome();
  if (known) return known;
  if (await entry.start()) return waitForOutcome(entry, null, options);
  const child = startWrapper(entry.directory, await prepare());
  return waitForOutcome(entry, watchWrapper(child), options);
}

/** A wrapper that this process started. It may have lost the race for the entry to another one. */
interface OwnWrapper {
  readonly startedAt: number;
  /** Settles when it has exited or could not be started, with the reason for the latter. */
  readonly gone: Promise<unknown>;
  failure(): { readonly cause: unknown } | null;
}

function watchWrapper(child: ChildProcess): OwnWrapper {
  let failure: { cause: unknown } | null = null;
  const gone = new Promise<void>((resolve) => {
    const end = (cause: unknown): void => {
      failure = { cause };
      resolve();
    };
    child.once('error', end);
    child.once('exit', (code, signal) => end(new Error(`the wrapper ended with ${signal ?? code}`)));
  });
  return { startedAt: Date.now(), gone, failure: () => failure };
}

async function waitForOutcome(entry: Entry, wrapper: OwnWrapper | null, options: RunOnceOptions): Promise<Outcome> {
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 1.5, SLOWEST_POLL_MS)) {
    throwIfInterrupted(options.signal);
    // Asked before the entry is read: what the wrapper wrote before it went is then seen.
    const failure = wrapper?.failure() ?? null;
    const start = await entry.start();
    const outcome = (await entry.outcome()) ?? (await endOf(entry, start, wrapper, failure, options));
    if (outcome) return outcome;
    await entry.boundOutput();
    await Promise.race([sleep(pollMs), ...(wrapper && !failure ? [wrapper.gone] : [])]);
  }
}

/** How it ends when no outcome was written; null as long as it may still be written. */
async function endOf(
  entry: Entry,
  start: Start | null,
  wrapper: OwnWrapper | null,
  failure: { readonly cause: unknown } | null,
  options: RunOnceOptions,
): Promise<Outcome | null> {
  if (start?.kind === 'running') return endOfRunning(entry, start, options);
  if (start?.kind === 'unreadable') return entry.conclude('lost');
  if (start?.kind === 'barred') return entry.conclude('timed-out');
  if (await entry.isGone())
    throw new DriverError('outcome-unknown', 'the release was forgotten before the command ended');
  if (failure) throw new DriverError('not-started', 'the command could not be started', failure);
  if (wrapper && Date.now() >= wrapper.startedAt + options.timeoutMs) await entry.bar();
  return null;
}

async function endOfRunning(
  entry: Entry,
  start: Extract<Start, { kind: 'running' }>,
  options: RunOnceOptions,
): Promise<Outcome | null> {
  // It may have ended properly between the two looks: `conclude` returns what was written first.
  if (!(await isSessionAlive(start.leader))) return entry.conclude('lost');
  if (Date.now() < start.at + options.timeoutMs) return null;
  if (await endSession(start.leader, options.graceMs)) return entry.conclude('timed-out');
  throw new DriverError('timed-out', 'the command ran out of time, and its processes could not be ended');
}

function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DriverError('interrupted', 'nobody waits for the command any more; it may go on');
}
