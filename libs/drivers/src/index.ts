export { driverFor } from './driver-for.js';
export { DriverError, type DriverErrorCode, type DriverErrorDetails, OUTPUT_TAIL_BYTES } from './errors.js';
export { passedOn } from './exec/environment.js';
export { ExecUnitDriver } from './exec/exec-driver.js';
export { resolveCommand } from './exec/program.js';
export { forgetOthers, forgetRelease } from './journal/journal.js';
export { journalName } from './journal/journal-name.js';
export type { EffectOptions, UnitChange, UnitDriver, UnitTarget, UnitVersion } from './port.js';
export { DEFAULT_GRACE_MS, type DriverSettings } from './settings.js';
