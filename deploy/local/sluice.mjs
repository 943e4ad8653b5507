import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLog } from './log.mjs';
import { ensureReady, ROOT } from './setup.mjs';
import { told } from './told.mjs';

/** `npm run sluice`: the command line of this clone, which is built first if it never was. */
const log = createLog(process.stderr);
await told(async () => {
  const program = join(ROOT, 'dist/services/cli/src/main.js');
  if (!existsSync(program)) await ensureReady({ nats: false, log });
  await import(pathToFileURL(program).href);
}, log);
