/** What a driver needs to know of the machine that it works on. */
export interface DriverSettings {
  /**
   * A directory that outlives the process. Effects are remembered in it, one folder per release. It belongs to one
   * host: processes are told alive from dead by their ids.
   */
  readonly journal: string;
  /** Directories that commands may come from. Absent: any. Empty: none. */
  readonly allow?: readonly string[];
  /** Where commands get PATH, HOME and LANG from, and nothing else. The service's own environment when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /**
   * The trace that a command goes on with, as the headers of W3C Trace Context; asked when one is about to be run.
   * Commands find it in their environment, in upper case: `TRACEPARENT`, `TRACESTATE`.
   */
  readonly trace?: () => Readonly<Record<string, string>> | undefined;
  /** How long a command that ran out of time may clean up between SIGTERM and SIGKILL. Default 2,000. */
  readonly graceMs?: number;
}

export const DEFAULT_GRACE_MS = 2_000;
