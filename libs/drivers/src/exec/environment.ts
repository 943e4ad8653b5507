import type { Unit } from '#domain';
import { DriverError } from '../errors.js';

/** What a command is told about the change. All of it is empty for `inspect`. */
export interface ChangeFacts {
  readonly service: string;
  /** Null: nothing is to run. The command sees an empty text. */
  readonly version: string | null;
  readonly previous: string | null;
  readonly release: string;
  readonly batch: string;
  readonly key: string;
}

export type Action = 'inspect' | 'deploy' | 'rollback';

const PASSED_ON = ['PATH', 'HOME', 'LANG'] as const;
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** All that a command gets of the service's own environment: tokens and addresses stay behind. */
export function passedOn(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const environment: Record<string, string> = { PATH: DEFAULT_PATH };
  for (const name of PASSED_ON) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/**
 * The whole environment of a command.
 *
 * `SLUICE_LABEL_<NAME>` is upper case with `_` for everything but letters and digits; where two labels come to the
 * same name, the one that sorts first has it. `SLUICE_LABELS` has them all.
 *
 * @param trace what `DriverSettings.trace` gave
 * @throws DriverError `refused` when a value holds a NUL, which no environment can carry.
 */
export function commandEnvironment(
  action: Action,
  unit: Unit,
  facts: ChangeFacts | null,
  own: Readonly<Record<string, string | undefined>>,
  trace: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const environment: Record<string, string> = {
    ...labelVariables(unit.labels ?? {}),
    ...Object.fromEntries(Object.entries(trace).map(([name, value]) => [name.toUpperCase(), value])),
    SLUICE_ACTION: action,
    SLUICE_UNIT: unit.id,
    SLUICE_ADDRESS: unit.address ?? '',
    SLUICE_LABELS: JSON.stringify(unit.labels ?? {}),
    SLUICE_SERVICE: facts?.service ?? '',
    SLUICE_VERSION: facts?.version ?? '',
    SLUICE_PREVIOUS_VERSION: facts?.previous ?? '',
    SLUICE_RELEASE: facts?.release ?? '',
    SLUICE_BATCH: facts?.batch ?? '',
    SLUICE_KEY: facts?.key ?? '',
    ...passedOn(own),
  };
  for (const [name, value] of Object.entries(environment)) {
    if (value.includes('\0')) throw new DriverError('refused', `${name} of ${unit.id} holds a NUL character`);
  }
  return environment;
}

function labelVariables(labels: Readonly<Record<string, string>>): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [label, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const name = `SLUICE_LABEL_${label.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
    variables[name] ??= value;
  }
  return variables;
}
