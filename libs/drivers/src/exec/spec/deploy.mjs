/** An executor in small: deploys what its only argument says, then ends. Specs kill it in the middle. */
import { register } from 'node:module';

register('./typescript.mjs', import.meta.url);
const { ExecUnitDriver } = await import(new URL('../exec-driver.ts', import.meta.url).href);
const { commands, settings, unit, change, key, timeoutMs } = JSON.parse(process.argv[2] ?? '{}');

const driver = new ExecUnitDriver(commands, settings);
process.stdout.write('ready\n');
await driver.deploy(unit, change, key, { timeoutMs });
process.stdout.write('done\n');
