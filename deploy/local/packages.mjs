import { run } from './run.mjs';
import { which } from './which.mjs';

/**
 * How this machine's package manager installs a server; undefined when there is none that may.
 * @param {string} name of the package, which apt-get and brew share
 * @param {NodeJS.ProcessEnv} env
 * @returns {(() => Promise<unknown>) | undefined}
 */
export function installer(name, env) {
  const aptGet = which('apt-get', env);
  if (aptGet && process.getuid?.() === 0) {
    const quiet = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    return async () => {
      await run(aptGet, ['update'], quiet);
      await run(aptGet, ['install', '-y', '--no-install-recommends', name], quiet);
    };
  }
  const brew = which('brew', env);
  return brew ? () => run(brew, ['install', name]) : undefined;
}
