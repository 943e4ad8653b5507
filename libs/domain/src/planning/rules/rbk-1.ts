import type { EnvironmentSpec } from '../../documents/environment/environment.js';
import type { Drivers, Unit } from '../../documents/topology.js';
import type { Finding } from '../types.js';
import { blocks, count, type Rule } from './finding.js';

/** So many drivers are named; each unit may claim one of its own. */
const NAMED = 10;

/** RBK-1: every unit can be rolled back, so its driver has to be one that is there and has its commands. */
export const rbk1: Rule = ({ batches, drivers, staging }) => [
  ...(staging?.spec ? unableInStaging(staging.units, staging.spec, drivers) : []),
  ...unableIn(batches, drivers, 'topology'),
];

function unableInStaging(units: readonly Unit[], own: Pick<EnvironmentSpec, 'drivers'>, drivers: Drivers): Finding[] {
  return own.drivers ? unableIn([{ units }], own.drivers, 'environment') : unableIn([{ units }], drivers, 'topology');
}

function unableIn(
  batches: readonly { readonly units: readonly Unit[] }[],
  drivers: Drivers,
  where: 'topology' | 'environment',
): Finding[] {
  const unable = new Map<string, { units: number; example: string }>();
  for (const batch of batches) {
    for (const { id, driver } of batch.units) {
      if (canRollBack(driver, drivers)) continue;
      const { units, example } = unable.get(driver) ?? { units: 0, example: id };
      unable.set(driver, { units: units + 1, example });
    }
  }
  return [...unable].slice(0, NAMED).map(([driver, { units, example }]) => finding(driver, where, units, example));
}

function canRollBack(driver: string, drivers: Drivers): boolean {
  return driver === 'exec' && drivers.exec !== undefined;
}

function finding(driver: string, where: string, units: number, example: string): Finding {
  const who = `${count(units, 'unit')} (${example}${units > 1 ? ', …' : ''})`;
  return driver === 'exec'
    ? blocks(
        'RBK-1',
        null,
        `${who} could not be rolled back: the ${where} defines no commands for the exec driver`,
        `define drivers.exec in the ${where}, with inspect and deploy`,
      )
    : blocks(
        'RBK-1',
        null,
        `${who} could not be rolled back: there is no driver ${driver}`,
        `use driver: exec for them, with commands in drivers.exec of the ${where}`,
      );
}
