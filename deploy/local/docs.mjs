import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createLog } from './log.mjs';
import { ensureReady, ROOT } from './setup.mjs';
import { told } from './told.mjs';

/** What is generated in docs. Each exports `files()`: paths from the root, with what belongs in there. */
const GENERATORS = ['../docs/policy.mjs', '../docs/schemas.mjs'];

/** `npm run docs`: writes anew what is generated in docs. */
const log = createLog();
await told(async () => {
  await ensureReady({ nats: false, log });
  for (const generator of GENERATORS) {
    const { files } = await import(generator);
    for (const [path, text] of files()) {
      await mkdir(dirname(join(ROOT, path)), { recursive: true });
      await writeFile(join(ROOT, path), text);
      log.say(`wrote ${path}`);
    }
  }
}, log);
