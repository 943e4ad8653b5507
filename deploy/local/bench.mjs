import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createLog } from './log.mjs';
import { SetupError } from './run.mjs';
import { ensureReady, ROOT } from './setup.mjs';

/** `npm run bench -- <name> [--json]`: makes the clone ready and runs one benchmark. */
try {
  // What a benchmark prints may be read by a program.
  await ensureReady({ nats: false, log: createLog(process.stderr) });
  const program = join(ROOT, 'dist/test/bench/main.js');
  const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  createLog().say(error.message);
  process.exitCode = 1;
}
