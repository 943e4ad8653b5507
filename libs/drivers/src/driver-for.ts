import type { Drivers, Unit } from '#domain';
import { DriverError } from './errors.js';
import { ExecUnitDriver } from './exec/exec-driver.js';
import type { UnitDriver } from './port.js';
import type { DriverSettings } from './settings.js';

type Build = (drivers: Drivers, settings: DriverSettings) => UnitDriver | null;

/** Each driver by the name that a unit calls it; null when the topology lacks what it needs. */
const BUILDERS: ReadonlyMap<string, Build> = new Map([
  ['exec', (drivers, settings) => (drivers.exec ? new ExecUnitDriver(drivers.exec, settings) : null)],
]);

/**
 * The driver that a unit names.
 *
 * @throws DriverError `unknown-driver`, terminal: no such driver, or the topology has no `drivers.<name>` for it.
 */
export function driverFor(unit: Unit, drivers: Drivers, settings: DriverSettings): UnitDriver {
  const build = BUILDERS.get(unit.driver);
  if (!build) {
    const known = [...BUILDERS.keys()].join(', ');
    throw new DriverError('unknown-driver', `${unit.id} asks for the driver ${unit.driver}; there is ${known}`);
  }
  const driver = build(drivers, settings);
  if (!driver) {
    throw new DriverError(
      'unknown-driver',
      `${unit.id} needs drivers.${unit.driver}, which the topology does not have`,
    );
  }
  return driver;
}
