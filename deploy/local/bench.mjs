import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createLog } from './log.mjs';
import { ensureReady, ROOT } from './setup.mjs';
import { told } from './told.mjs';

/** `npm run bench -- <name> [--json]`: makes the clone ready and runs one benchmark. What it prints may be read by a program. */
const log = createLog(process.stderr);
await told(async () => {
  await ensureReady({ nats: false, log });
  const program = join(ROOT, 'dist/test/bench/main.js');
  const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}, log);
