import { spawn } from 'node:child_process';

const TAIL_LINES = 40;
const TAIL_BYTES = 64 * 1024;

/** What keeps the system from being set up, in words for the person at the keyboard. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/**
 * Runs a program to its end. Its output is kept back and shown only when it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<string>} the end of its output
 */
export function run(program, args, { cwd, env = process.env, timeoutMs } = {}) {
  const child = spawn(program, args, { cwd, env, timeout: timeoutMs, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-TAIL_BYTES);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new SetupError(`${program} cannot be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      const command = [program, ...args].join(' ');
      if (code === 0) resolve(output);
      else reject(new SetupError(`${command} ended with ${code ?? signal}\n${lastLines(output)}`));
    });
  });
}

/**
 * Whether a program runs and ends well.
 * @param {string} program
 * @param {string[]} args
 */
export async function succeeds(program, args) {
  try {
    await run(program, args, { timeoutMs: 10_000 });
    return true;
  } catch (error) {
    if (error instanceof SetupError) return false;
    throw error;
  }
}

/**
 * @param {string} text
 * @param {number} [count]
 */
export function lastLines(text, count = TAIL_LINES) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
