import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A program of a benchmark in a process of its own. It has to end when it is disconnected. */
export interface Child<Said> {
  readonly process: ChildProcess;
  /** Its first message: that it is ready, and whatever else it says then. */
  readonly said: Said;
  /** Settles when it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts a program of the benchmarks' own and waits for its first message.
 * @throws Error when it ends instead
 */
export async function startChild<Said>(program: URL, args: readonly string[] = []): Promise<Child<Said>> {
  const child = fork(program, args);
  const exit = once(child, 'exit');
  const ended = exit.then(([code]) => {
    throw new Error(`${program.pathname} ended with ${code} before it was ready`);
  });
  const [said] = (await Promise.race([once(child, 'message'), ended])) as [Said];
  const stop = async () => {
    if (child.connected) child.disconnect();
    await exit;
  };
  return { process: child, said, stop };
}
