import { Agent, request as httpRequest } from 'node:http';

const TICK_MS = 20;
const CHECK_MS = 200;
const TIMEOUT_MS = 2_000;
const TRIES = 3;
// After a stall the requests that were missed are not sent all at once.
const LONGEST_BURST_MS = 200;

/** @typedef {{ id: string, address: string }} Target */
/** @typedef {{ requests: number, failed: number, byVersion: Record<string, { requests: number, failed: number }> }} Totals */

/**
 * Users of the fleet, behind a load balancer: requests at a steady rate, each to the next healthy unit. A unit that is
 * not healthy, or refuses a connection, is left out, and the request goes to another one.
 */
export class Load {
  #targets;
  #rate;
  #agent = new Agent({ keepAlive: true });
  /** @type {Set<string>} */
  #healthy = new Set();
  /** @type {Totals} */
  #totals = { requests: 0, failed: 0, byVersion: {} };
  /** @type {NodeJS.Timeout[]} */
  #timers = [];
  #turn = 0;
  #due = 0;
  #lastTick = 0;

  /**
   * @param {readonly Target[]} targets
   * @param {{ perUnitPerSecond?: number }} [options]
   */
  constructor(targets, { perUnitPerSecond = 30 } = {}) {
    this.#targets = targets;
    this.#rate = targets.length * perUnitPerSecond;
  }

  /** Begins once it knows which units are healthy. */
  async start() {
    await this.#check();
    this.#lastTick = performance.now();
    this.#timers = [setInterval(() => this.#tick(), TICK_MS), setInterval(() => void this.#check(), CHECK_MS)];
  }

  stop() {
    for (const timer of this.#timers) clearInterval(timer);
    this.#agent.destroy();
  }

  /**
   * What users saw so far. A request failed when its answer was a server error, or when nobody answered.
   * @returns {Totals}
   */
  totals() {
    return structuredClone(this.#totals);
  }

  #tick() {
    const now = performance.now();
    this.#due += (Math.min(now - this.#lastTick, LONGEST_BURST_MS) / 1_000) * this.#rate;
    this.#lastTick = now;
    for (; this.#due >= 1; this.#due--) void this.#serve();
  }

  async #serve() {
    for (let tries = 0; tries < TRIES; tries++) {
      const target = this.#next();
      if (!target) break;
      const answer = await this.#get(target.address, '/');
      if (answer) return this.#count(answer.version, answer.status >= 500);
      this.#healthy.delete(target.id);
    }
    this.#count('none', true);
  }

  /** The next healthy unit in turn. */
  #next() {
    for (let i = 0; i < this.#targets.length; i++) {
      const target = this.#targets[this.#turn++ % this.#targets.length];
      if (target && this.#healthy.has(target.id)) return target;
    }
    return undefined;
  }

  async #check() {
    await Promise.all(
      this.#targets.map(async ({ id, address }) => {
        const answer = await this.#get(address, '/healthz');
        if (answer?.status === 200) this.#healthy.add(id);
        else this.#healthy.delete(id);
      }),
    );
  }

  /**
   * @param {string} version
   * @param {boolean} failed
   */
  #count(version, failed) {
    const { byVersion } = this.#totals;
    byVersion[version] ??= { requests: 0, failed: 0 };
    for (const counts of [this.#totals, byVersion[version]]) {
      counts.requests += 1;
      counts.failed += failed ? 1 : 0;
    }
  }

  /**
   * @param {string} address
   * @param {string} path
   * @returns {Promise<{ status: number, version: string } | undefined>} undefined when there was no answer
   */
  #get(address, path) {
    return new Promise((resolve) => {
      const options = { agent: this.#agent, timeout: TIMEOUT_MS };
      const request = httpRequest(`http://${address}${path}`, options, (response) => {
        const answer = { status: response.statusCode ?? 0, version: String(response.headers['x-version'] ?? 'none') };
        response.resume();
        response.on('end', () => resolve(answer));
        response.on('error', () => resolve(undefined));
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(undefined));
      request.end();
    });
  }
}
