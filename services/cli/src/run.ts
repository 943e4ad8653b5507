import { CommanderError } from 'commander';
import { EXIT, type Exit } from './exit.js';
import { CommandFailure, wrongCall } from './failure.js';
import type { Io } from './io.js';
import { sluiceProgram } from './program.js';
import { Session } from './session.js';

/** Runs one command line, without the name of the program, and answers with the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<Exit> {
  let exit: Exit = EXIT.done;
  const program = sluiceProgram(io, (options) => async (work) => {
    const session = new Session(io, options);
    try {
      exit = await work(session);
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      session.fail(error);
      exit = error.exit;
    }
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.done;
    // Commander has told it to people already; a program gets its document.
    if (argv.includes('--json')) new Session(io, { json: true }).fail(wrongCall(error.message));
    return EXIT.wrong;
  }
  return exit;
}
