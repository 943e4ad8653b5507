import { unitDriverContract } from '#testing';
import { ExecUnitDriver } from './exec-driver.js';
import { kill, makeOneUnit, VERSIONS } from './spec/one-unit.js';

unitDriverContract('exec', async () => {
  const world = await makeOneUnit();
  return {
    unit: world.unit,
    driver: world.driver,
    restarted: () => new ExecUnitDriver(world.commands, world.settings),
    deployAndDie: async (change, key) => {
      const executor = await world.executor(change, key);
      await world.begun();
      await kill(executor);
    },
    runs: world.runs,
    slowBegun: world.begun,
    finishSlow: world.finish,
    versions: VERSIONS,
    close: world.close,
  };
});
