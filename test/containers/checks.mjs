import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { follow } from '../../deploy/demo/follow.mjs';
import { UNITS } from './documents.mjs';

export const SERVICES = /** @type {const} */ (['gateway', 'audit', 'planner', 'executor', 'observer']);

/** @typedef {import('./docker.mjs').Project} Project */

/**
 * Each service runs as nobody in particular, cannot write where it need not, and answers.
 * @param {Project} project
 */
export async function areConfined(project) {
  for (const service of SERVICES) {
    const { Config, HostConfig, State } = await project.inspect(service);
    strictEqual(State.Health?.Status, 'healthy', service);
    strictEqual(Config.User, '1000:1000', service);
    strictEqual(HostConfig.ReadonlyRootfs, true, service);
    deepStrictEqual(HostConfig.CapDrop, ['ALL'], service);
    ok(HostConfig.Memory > 0 && HostConfig.PidsLimit > 0, `${service} has no limits`);
  }
}

/**
 * Submits, starts, and follows a release to its end.
 * @param {import('../../deploy/demo/api.mjs').Api} author
 * @param {import('../../deploy/demo/api.mjs').Api} operator
 * @param {object} document
 * @param {(line: string) => void} say
 */
export async function carryOut(author, operator, document, say) {
  const { id } = await author.post('/v1/releases', document);
  await operator.post(`/v1/releases/${id}/start`, { reason: 'to see it in containers' });
  /** @type {Map<string, string>} */
  const states = new Map();
  const ended = await follow(operator, id, ({ batches }) => {
    for (const batch of batches) {
      if (states.get(batch.id) === batch.state) continue;
      states.set(batch.id, batch.state);
      if (batch.state !== 'pending') say(`    ${batch.id} ${batch.state} (${batch.units.join(' ')})`);
    }
  });
  return { id, state: ended.state };
}

/**
 * What each unit runs, read from inside: the units' network is not published.
 * @param {Project} project
 * @returns {Promise<Set<string>>}
 */
export async function versionsOf(project) {
  const urls = UNITS.map(({ address }) => `http://${address}/version`);
  const script = `const all = await Promise.all(${JSON.stringify(urls)}.map(async (url) => (await fetch(url)).json()));
    console.log(JSON.stringify(all.map(({ version }) => version)));`;
  return new Set(await project.evaluate('executor', script));
}

/**
 * SIGTERM is enough for each service: none has to be killed at the end of its time.
 * @param {Project} project
 */
export async function endWhenAsked(project) {
  await project.compose('stop', ...SERVICES);
  for (const service of SERVICES) {
    const { State } = await project.inspect(service);
    ok([0, 143].includes(State.ExitCode), `${service} ended with ${State.ExitCode}`);
  }
}
