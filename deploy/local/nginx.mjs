import { installer } from './packages.mjs';
import { SetupError } from './run.mjs';
import { which } from './which.mjs';

/**
 * Sees to it that tests find an nginx, where a machine is there for tests alone (`CI` is set): its package may start a web
 * server on port 80, which nobody wants on a machine of their own. There, the suites that need it say what to install.
 * @param {import('./log.mjs').Log} log
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function offerNginx(log, env = process.env) {
  if (env.NGINX_BIN || which('nginx', env) || !env.CI) return;
  const install = installer('nginx-light', env);
  if (!install) return;
  try {
    await log.step('installing nginx', install);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    log.say(error.message);
  }
}
