import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { appendFileSync, closeSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepSmall, openLogFile } from './log-file.mjs';
import { signal, writePidFile } from './process.mjs';

const BACK_OFF = { firstMs: 500, longestMs: 10_000, healthyAfterMs: 30_000 };
const LOG_CHECK_MS = 60_000;

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {string} marker a part of the command line that no other program's has
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [cwd]
 * @property {string} logFile takes the output
 * @property {string} pidFile by it a later run finds what an earlier one left behind
 */

/**
 * One process that is started, stopped and, when supervised, started again after it died by itself.
 *
 * Emits `started` ({ pid, again }) and `died` ({ code, signal }); a stop that was asked for is no death.
 */
export class ManagedProcess extends EventEmitter {
  /** How often it died by itself. */
  deaths = 0;
  /** @type {Program} */
  #program;
  #supervised;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  #stopping = false;
  #startedAt = 0;
  #failures = 0;
  /** @type {NodeJS.Timeout | undefined} */
  #again;
  /** @type {NodeJS.Timeout | undefined} */
  #logCheck;

  /**
   * @param {Program} program
   * @param {{ supervised?: boolean }} [options]
   */
  constructor(program, { supervised = false } = {}) {
    super();
    this.#program = program;
    this.#supervised = supervised;
  }

  get name() {
    return this.#program.name;
  }

  get pid() {
    return this.#child?.pid;
  }

  get logFile() {
    return this.#program.logFile;
  }

  /** Starts it, unless it runs. */
  start() {
    clearTimeout(this.#again);
    this.#stopping = false;
    if (!this.#child) this.#spawn();
  }

  /**
   * Sends a signal without meaning to stop it: it dies as if by itself. Ends when the process has ended.
   * @param {NodeJS.Signals} name
   */
  async kill(name) {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const ended = once(child, 'exit');
    signal(child.pid, name);
    await ended;
  }

  /**
   * Asks it to end, and insists after `graceMs`.
   * @param {number} [graceMs]
   */
  async stop(graceMs = 10_000) {
    this.#stopping = true;
    clearTimeout(this.#again);
    const child = this.#child;
    if (child?.pid === undefined) return;
    const ended = once(child, 'exit');
    signal(child.pid, 'SIGTERM');
    const patience = new AbortController();
    const insist = sleep(graceMs, undefined, { signal: patience.signal, ref: false }).then(
      () => child.kill('SIGKILL'),
      () => patience.signal.aborted,
    );
    await ended;
    patience.abort();
    await insist;
  }

  #spawn() {
    const { command, args, cwd, env, logFile, pidFile, marker } = this.#program;
    const output = openLogFile(logFile);
    // A session of its own: Ctrl-C in the terminal reaches whoever stops things in order, and nobody else.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', output, output] });
    closeSync(output);
    this.#child = child;
    const again = this.#startedAt > 0;
    this.#startedAt = Date.now();
    this.#logCheck = setInterval(() => keepSmall(logFile), LOG_CHECK_MS).unref();
    child.on('exit', (code, name) => this.#ended(code, name));
    child.on('error', (error) => {
      appendFileSync(logFile, `${error.message}\n`);
      if (child.pid === undefined) this.#ended(null, null);
    });
    if (child.pid === undefined) return;
    writePidFile(pidFile, child.pid, marker);
    this.emit('started', { pid: child.pid, again });
  }

  /**
   * @param {number | null} code
   * @param {NodeJS.Signals | null} name
   */
  #ended(code, name) {
    this.#child = undefined;
    clearInterval(this.#logCheck);
    rmSync(this.#program.pidFile, { force: true });
    if (this.#stopping) return;
    this.deaths += 1;
    this.emit('died', { code, signal: name });
    if (!this.#supervised) return;
    const livedLong = Date.now() - this.#startedAt > BACK_OFF.healthyAfterMs;
    this.#failures = livedLong ? 0 : this.#failures;
    const delay = Math.min(BACK_OFF.longestMs, BACK_OFF.firstMs * 2 ** this.#failures++);
    this.#again = setTimeout(() => this.#spawn(), delay);
  }
}
