import { describe, expect, it } from '@jest/globals';
import type { Drivers, Unit } from '#domain';
import { driverFor } from './driver-for.js';
import { ExecUnitDriver } from './exec/exec-driver.js';

const settings = { journal: '/nowhere' };
const drivers: Drivers = { exec: { inspect: ['true'], deploy: ['true'], inspectTimeout: '10s' } };
const unit = (driver: string): Unit => ({ id: 'eu-1-a', driver });

describe('the driver for a unit', () => {
  it('is the one that the unit names', () => {
    expect(driverFor(unit('exec'), drivers, settings)).toBeInstanceOf(ExecUnitDriver);
  });

  it.each(['teleport', 'constructor', '__proto__', ''])('is unknown when the unit names %j', (name) => {
    const unknown = expect.objectContaining({ code: 'unknown-driver', retryable: false });
    expect(() => driverFor(unit(name), drivers, settings)).toThrow(unknown);
  });

  it('is unknown when the topology does not say how it works', () => {
    const unknown = expect.objectContaining({
      code: 'unknown-driver',
      message: expect.stringContaining('drivers.exec'),
    });
    expect(() => driverFor(unit('exec'), {}, settings)).toThrow(unknown);
  });
});
