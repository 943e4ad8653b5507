import type { Path } from '../../documents/path.js';
import type { Drivers } from '../../documents/topology.js';
import type { Patch, PatchOperation } from '../types.js';
import { pointer } from './pointer.js';

/** Commands of the exec driver that are there to be replaced. */
const COMMANDS = { inspect: ['/path/to/inspect'], deploy: ['/path/to/deploy'] };

/** Commands for the exec driver, where a document has none of its own. */
export function withCommands(document: 'topology' | 'environment', drivers: Drivers): Patch {
  return {
    document,
    operations: [{ op: 'add', path: '/spec/drivers', value: { ...drivers, exec: COMMANDS } }],
    fillIn: Object.keys(COMMANDS).map((name) => pointer(['spec', 'drivers', 'exec', name])),
  };
}

/** An environment without drivers of its own has those of the topology. */
export const TOPOLOGYS_DRIVERS: Patch = {
  document: 'environment',
  operations: [{ op: 'remove', path: '/spec/drivers' }],
};

/** The exec driver for units at these places, with its commands where they are missing. */
export function drivenByExec(units: readonly Path[], document: Patch['document'], commands: Patch | undefined): Patch {
  const driven = units.map(
    (path): PatchOperation => ({ op: 'add', path: pointer([...path, 'driver']), value: 'exec' }),
  );
  const { operations = [], fillIn } = commands ?? {};
  return { document, operations: [...operations, ...driven], ...(fillIn ? { fillIn } : {}) };
}
