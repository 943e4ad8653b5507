import { isDeepStrictEqual } from 'node:util';
import { until } from '../local/wait.mjs';
import { changes } from './changes.mjs';
import { follow } from './follow.mjs';
import { releaseView, sidesLine } from './view.mjs';

const PLANNED = new Set(['ready', 'escalated', 'rejected']);

/** Two people and what they do: the author submits, the operator starts. Both look on. */
export class Scenario {
  #author;
  #operator;
  #screen;
  #load;
  #started;

  /**
   * @param {object} options
   * @param {import('./api.mjs').Api} options.author
   * @param {import('./api.mjs').Api} options.operator
   * @param {import('./screen.mjs').Screen} options.screen
   * @param {import('./load.mjs').Load} options.load
   * @param {number} options.started when the demo began
   */
  constructor({ author, operator, screen, load, started }) {
    this.#author = author;
    this.#operator = operator;
    this.#screen = screen;
    this.#load = load;
    this.#started = started;
  }

  /**
   * A line with the time since the beginning.
   * @param {string} text
   */
  say(text) {
    const seconds = ((Date.now() - this.#started) / 1_000).toFixed(1);
    this.#screen.say(`${seconds.padStart(6)} s  ${text}`);
  }

  /**
   * Submits a release, starts it and looks on until it has ended.
   * @param {object} document
   * @param {string} why it is started
   * @param {(release: import('./api.mjs').Release) => unknown} [onLook]
   * @returns {Promise<import('./api.mjs').Release>} as it ended
   */
  async release(document, why, onLook = () => {}) {
    const { id } = await this.#author.post('/v1/releases', document);
    this.say(`${id} submitted by author`);
    const planned = await until(() => this.#planned(id), { timeoutMs: 20_000, everyMs: 200 });
    if (planned?.state !== 'ready') throw new Error(`${id} is not ready to start: ${JSON.stringify(planned)}`);
    await this.#operator.post(`/v1/releases/${encodeURIComponent(id)}/start`, { reason: why });
    this.say(`${id} started by operator`);

    /** @type {import('./api.mjs').Release | undefined} */
    let before;
    const ended = await follow(this.#operator, id, async (release) => {
      this.#show(before, release);
      before = release;
      await onLook(release);
    });
    this.#screen.keep();
    return ended;
  }

  /**
   * The audit's entries about a release, once no more of them come: the audit follows the log at a small distance.
   * @param {string} id
   * @returns {Promise<import('./api.mjs').AuditEntry[]>}
   */
  async audit(id) {
    /** @type {import('./api.mjs').AuditEntry[]} */
    let entries = [];
    const settled = async () => {
      const before = entries;
      ({ entries } = await this.#operator.get(`/v1/audit/releases/${encodeURIComponent(id)}`));
      return entries.length > 0 && isDeepStrictEqual(entries, before);
    };
    await until(settled, { timeoutMs: 10_000, everyMs: 300 });
    return entries;
  }

  /** @param {string} id */
  async #planned(id) {
    const release = await this.#author.get(`/v1/releases/${encodeURIComponent(id)}`);
    return PLANNED.has(release.state) ? release : undefined;
  }

  /**
   * @param {import('./api.mjs').Release | undefined} before
   * @param {import('./api.mjs').Release} release
   */
  #show(before, release) {
    const totals = this.#load.totals();
    if (this.#screen.live) return this.#screen.draw(releaseView(release, totals));
    for (const line of changes(before, release)) this.say(line);
    if (isOpen(before) && !isOpen(release)) this.say(`${release.name}  so far ${sidesLine(totals)}`);
  }
}

/**
 * Whether any traffic goes to staging.
 * @param {import('./api.mjs').Release | undefined} release
 */
function isOpen(release) {
  return release?.staging !== undefined && release.staging.traffic.now.internal !== '0%';
}

/**
 * Kills the executor once, in the middle: the first wave has passed, and some units of a later batch have begun to
 * change while others have not.
 * @param {object} options
 * @param {import('../local/plane.mjs').Plane} options.plane
 * @param {import('./fleet.mjs').Fleet} options.fleet
 * @param {Scenario} options.scenario
 */
export function executorKill({ plane, fleet, scenario }) {
  let done = false;
  plane.on('started', ({ service, pid }) => scenario.say(`${service} started again (process ${pid})`));
  return {
    done: () => done,
    /** @param {import('./api.mjs').Release} release */
    async look({ batches }) {
      const batch = batches.find(({ wave, state }) => wave > 1 && state === 'deploying');
      if (done || !batch) return;
      const begun = fleet.deploys().filter(({ unit }) => batch.units.includes(unit));
      if (begun.length === 0 || begun.length === batch.units.length) return;
      done = true;
      const pid = plane.pid('executor');
      await plane.kill('executor', 'SIGKILL');
      const units = begun.map(({ unit }) => unit).join(' ');
      scenario.say(`executor (process ${pid}) killed with SIGKILL: of ${batch.id}, ${units} had begun to change`);
    },
  };
}
