import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { types } from 'node:util';
import { describe } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { Manifest } from './manifest.spec-support.js';

const KUBERNETES = join(import.meta.dirname, '../../deploy/kubernetes');

/** Every object that `kubectl kustomize` makes of a folder of `deploy/kubernetes`. */
export function built(folder: string): Manifest[] {
  const yaml = execFileSync('kubectl', ['kustomize', join(KUBERNETES, folder)], { encoding: 'utf8' });
  return loadAll(yaml).map((document) => Manifest.parse(document));
}

/** As `describe`; where there is no kubectl nothing is checked, and that is said. */
export function describeWithKubectl(name: string, tests: () => void): void {
  if (hasKubectl()) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`SKIPPED: ${name}: there is no kubectl on the PATH\n`);
  describe.skip(`${name} (there is no kubectl on the PATH)`, tests);
}

function hasKubectl(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (types.isNativeError(error) && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
