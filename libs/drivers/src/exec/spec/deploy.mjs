/** An executor in small: deploys what its only argument says, then ends. Specs kill it in the middle. */

// As it was built: `npm test` builds first.
const BUILT = new URL('../../../../../dist/libs/drivers/src/exec/exec-driver.js', import.meta.url);
const { ExecUnitDriver } = await import(BUILT.href);
const { commands, settings, unit, change, key, timeoutMs } = JSON.parse(process.argv[2] ?? '{}');

const driver = new ExecUnitDriver(commands, settings);
process.stdout.write('ready\n');
await driver.deploy(unit, change, key, { timeoutMs });
process.stdout.write('done\n');
