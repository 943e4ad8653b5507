import { type ExecDriver, toMs, type Unit } from '#domain';
import { DriverError } from '../errors.js';
import type { Outcome } from '../journal/entry.js';
import { journalEntry } from '../journal/journal.js';
import { runOnce } from '../journal/run-once.js';
import type { PreparedCommand } from '../journal/wrapper.js';
import type { EffectOptions, UnitChange, UnitDriver, UnitTarget, UnitVersion } from '../port.js';
import { DEFAULT_GRACE_MS, type DriverSettings } from '../settings.js';
import { isSystemError } from '../system-error.js';
import { parseAnswer } from './answer.js';
import { capture } from './capture.js';
import { type Action, type ChangeFacts, commandEnvironment } from './environment.js';
import { exitError } from './exit-codes.js';
import { resolveCommand } from './program.js';

/**
 * Runs the topology's commands on this machine. What a command shall do stands in its environment:
 *
 * `SLUICE_ACTION` (`inspect`, `deploy`, `rollback`), `SLUICE_UNIT`, `SLUICE_ADDRESS`, `SLUICE_LABELS` (JSON),
 * `SLUICE_LABEL_<NAME>`, `SLUICE_SERVICE`, `SLUICE_VERSION` (empty: nothing shall run), `SLUICE_PREVIOUS_VERSION`,
 * `SLUICE_RELEASE`, `SLUICE_BATCH`, `SLUICE_KEY`, `TRACEPARENT` and `TRACESTATE` when a trace is to be gone on with, and
 * `PATH`, `HOME`, `LANG`. There is nothing else in it.
 *
 * Exit code 0 is success. 64, 65, 77, 78, 126 and 127 say that trying again is useless; every other code, 75 above
 * all, that it may help. A deploy or rollback outlives the service that started it, and its journal makes sure that
 * one key runs one command.
 */
export class ExecUnitDriver implements UnitDriver {
  private readonly own: Readonly<Record<string, string | undefined>>;
  private readonly graceMs: number;

  constructor(
    private readonly commands: ExecDriver,
    private readonly settings: DriverSettings,
  ) {
    this.own = settings.environment ?? process.env;
    this.graceMs = settings.graceMs ?? DEFAULT_GRACE_MS;
  }

  async inspect(unit: Unit, signal?: AbortSignal): Promise<UnitVersion> {
    const what = `inspect ${unit.id}`;
    return orMachineFailed(what, async () => {
      const { command, environment } = await this.prepare('inspect', this.commands.inspect, unit, null);
      const timeoutMs = toMs(this.commands.inspectTimeout);
      const answer = await capture(command, environment, { timeoutMs, graceMs: this.graceMs, signal });
      if (answer.exitCode !== 0) throw exitError(what, answer.exitCode, { output: answer.errors });
      return parseAnswer(unit.id, answer.stdout);
    });
  }

  async deploy(unit: Unit, change: UnitChange, key: string, options: EffectOptions): Promise<void> {
    await this.effect('deploy', this.commands.deploy, unit, { ...change, key }, options);
  }

  async rollback(unit: Unit, to: UnitTarget, key: string, options: EffectOptions): Promise<void> {
    const command = this.commands.rollback ?? this.commands.deploy;
    await this.effect('rollback', command, unit, { ...to, previous: null, key }, options);
  }

  private async effect(
    action: Action,
    commandLine: readonly string[],
    unit: Unit,
    facts: ChangeFacts,
    { timeoutMs, signal }: EffectOptions,
  ): Promise<void> {
    const what = `${action} ${unit.id} to ${facts.version ?? 'nothing'}`;
    await orMachineFailed(what, async () => {
      const entry = journalEntry(this.settings.journal, facts.release, facts.key);
      await entry.claim({ key: facts.key, action, unit: unit.id, version: facts.version });
      const prepare = (): Promise<PreparedCommand> => this.prepare(action, commandLine, unit, facts);
      const outcome = await runOnce(entry, prepare, { timeoutMs, graceMs: this.graceMs, signal });
      const error = failureOf(what, outcome, await entry.outputTail());
      if (error) throw error;
    });
  }

  private async prepare(
    action: Action,
    commandLine: readonly string[],
    unit: Unit,
    facts: ChangeFacts | null,
  ): Promise<PreparedCommand> {
    const environment = commandEnvironment(action, unit, facts, this.own, this.settings.trace?.());
    const command = await resolveCommand(commandLine, environment.PATH ?? '', this.settings.allow);
    return { command, environment };
  }
}

/** Null when the outcome is success. */
function failureOf(what: string, outcome: Outcome, output: string): DriverError | null {
  switch (outcome.kind) {
    case 'exited':
      return outcome.code === 0 ? null : exitError(what, outcome.code, { output });
    case 'timed-out':
      return new DriverError('timed-out', `${what} ran out of time and was ended`, { output });
    case 'lost':
      return new DriverError('outcome-unknown', `${what} was begun, and nobody knows how it ended`, { output });
    default:
      return outcome satisfies never;
  }
}

async function orMachineFailed<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new DriverError('machine-failed', `${what}: ${error.message}`, { cause: error });
  }
}
