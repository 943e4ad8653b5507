import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Runs a command once and writes down how it ended, whatever becomes of the process that started it.
 *
 * `started` is made by linking a finished file to that name, which only one process can do: of several wrappers that
 * were started for one entry, one runs the command and the others leave. It holds the wrapper's process id and the line
 * that tells when that process started. `outcome` is made the same way and holds the exit code.
 *
 * The text is constant. What differs comes as arguments: the entry's directory, then the command.
 */
const WRAPPER = `
entry=$1; shift
record() {
  printf '%s\\n' "$2" > "$entry/$1.$$" && command -p ln "$entry/$1.$$" "$entry/$1" 2> /dev/null
  won=$?
  command -p rm -f "$entry/$1.$$"
  return $won
}
if [ -r "/proc/$$/stat" ]; then
  read -r mark < "/proc/$$/stat"
else
  mark=$(LC_ALL=C command -p ps -o stat= -o pgid= -o lstart= -p $$)
fi
record started "$$
$mark" || exit 1
"$@" < /dev/null >> "$entry/output" 2>&1
record outcome "$?"
`;

/** What is to run. */
export interface PreparedCommand {
  /** An absolute path and its arguments: a bare word could be something that is built into the shell. */
  readonly command: readonly [string, ...string[]];
  /** The whole environment. */
  readonly environment: Record<string, string>;
}

/** Starts the wrapper in a session of its own, so that it outlives the caller and can be ended with all it started. */
export function startWrapper(entry: string, { command, environment }: PreparedCommand): ChildProcess {
  const child = spawn('/bin/sh', ['-c', WRAPPER, 'sluice', entry, ...command], {
    detached: true,
    env: environment,
    stdio: 'ignore',
  });
  child.unref();
  return child;
}
