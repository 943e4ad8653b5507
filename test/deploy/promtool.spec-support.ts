import { execFileSync } from 'node:child_process';
import { types } from 'node:util';
import { describe } from '@jest/globals';

/**
 * Asks Prometheus's own tool.
 * @throws Error with what it said, when something is wrong
 */
export function promtool(...args: readonly string[]): void {
  execFileSync('promtool', args, { encoding: 'utf8', stdio: 'pipe' });
}

/** As `describe`; where there is no promtool nothing is checked by it, and that is said. */
export function describeWithPromtool(name: string, tests: () => void): void {
  if (hasPromtool()) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`SKIPPED: ${name}: there is no promtool on the PATH\n`);
  describe.skip(`${name} (there is no promtool on the PATH)`, tests);
}

function hasPromtool(): boolean {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (types.isNativeError(error) && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
