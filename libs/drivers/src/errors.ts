/** Why a driver did not do what it was asked, and whether the same may work later. */
const RETRYABLE = {
  /** The command ended with an exit code other than 0; the code decides whether trying again makes sense. */
  'command-failed': true,
  /** The program does not exist or cannot be executed. */
  'command-missing': false,
  /** Not allowed here: the program is outside the allow-list, the input cannot be handed to a program, the key was used otherwise. */
  refused: false,
  /** It took longer than it was given. Its processes were ended. */
  'timed-out': true,
  /** `inspect` answered something that cannot be read. */
  'bad-answer': true,
  /** It was begun and its process is gone without a trace of how it ended. Inspect the unit before trying again. */
  'outcome-unknown': true,
  /** The caller stopped waiting. The command goes on; the same key finds its outcome. */
  interrupted: true,
  /** The command could not be begun. Nothing happened. */
  'not-started': true,
  /** The machine that the driver works on refused: a full disk, no more processes. The same key may be given again. */
  'machine-failed': true,
  /** No such driver, or the topology does not configure it. */
  'unknown-driver': false,
} as const;

export type DriverErrorCode = keyof typeof RETRYABLE;

/** What is known about a failure beside its code. */
export interface DriverErrorDetails {
  /** Overrides what the code says; exit codes do. */
  readonly retryable?: boolean;
  readonly exitCode?: number;
  /** The end of what the command printed, at most {@link OUTPUT_TAIL_BYTES}. */
  readonly output?: string;
  readonly cause?: unknown;
}

/** How much of a command's output an error carries. */
export const OUTPUT_TAIL_BYTES = 2_048;

/** The only error that a driver throws on purpose. `retryable` false means: the same again cannot work. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly retryable: boolean;
  readonly exitCode: number | undefined;
  readonly output: string | undefined;

  constructor(
    readonly code: DriverErrorCode,
    message: string,
    details: DriverErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.retryable = details.retryable ?? RETRYABLE[code];
    this.exitCode = details.exitCode;
    this.output = details.output;
  }
}
