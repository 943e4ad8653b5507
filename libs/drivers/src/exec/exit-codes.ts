import { DriverError, type DriverErrorDetails } from '../errors.js';

/** Exit codes after which the same again cannot work. The first four are from sysexits.h, the last two from the shell. */
const TERMINAL: ReadonlyMap<number, string> = new Map([
  [64, 'it was called wrongly'],
  [65, 'it was given data that cannot be right'],
  [77, 'it is not permitted to'],
  [78, 'it is configured wrongly'],
  [126, 'the program cannot be executed'],
  [127, 'the program, or one that it calls, does not exist'],
]);

/** 75 is EX_TEMPFAIL: the command itself says that trying again makes sense. All other codes are taken the same way. */
const TEMPORARY = 75;
const FIRST_SIGNAL = 128;

/** The error for an exit code other than 0. */
export function exitError(what: string, exitCode: number, details: DriverErrorDetails = {}): DriverError {
  const because = TERMINAL.get(exitCode) ?? meaning(exitCode);
  const message = `${what} ended with exit code ${exitCode}${because ? `: ${because}` : ''}`;
  return new DriverError('command-failed', message, { ...details, exitCode, retryable: !TERMINAL.has(exitCode) });
}

function meaning(exitCode: number): string | null {
  if (exitCode === TEMPORARY) return 'it says that this will pass';
  return exitCode > FIRST_SIGNAL ? `signal ${exitCode - FIRST_SIGNAL} ended it` : null;
}
