import { Agent, request as httpRequest } from 'node:http';

const TICK_MS = 20;
const TIMEOUT_MS = 5_000;
// Shorter than the router keeps an idle connection: none is used just when it closes it.
const IDLE_MS = 20_000;
// After a stall the requests that were missed are not sent all at once.
const LONGEST_BURST_MS = 200;
// On a machine that is busy with other things people wait for their answers, rather than ask more and more.
const MOST_AT_ONCE = 50;
const NOBODY = 'none';

/**
 * @typedef {{ requests: number, failed: number }} Counts
 * @typedef {'users' | 'internal'} Kind
 * @typedef {import('./layout.mjs').Side} Side
 * @typedef {object} Totals
 * @property {number} requests
 * @property {number} failed
 * @property {Record<string, Counts>} byVersion by what answered
 * @property {Record<Kind, Record<Side, Counts>>} bySide by who asked and which stack answered
 * @typedef {{ kind: Kind, people: number, perSecond: number, agents: Agent[], due: number, turn: number }} Crowd
 */

/** Who asks. People inside are known by their addresses, and everybody by a cookie. */
const CROWDS = /** @type {const} */ ([
  { kind: 'users', people: 1_500, addresses: ['127.0.0.1'] },
  { kind: 'internal', people: 12, addresses: ['127.0.5.11', '127.0.5.12', '127.0.5.13'] },
]);

/** People who use the service through its router, each kind at a steady rate, one person after another. */
export class Load {
  #url;
  #staging;
  /** @type {Crowd[]} */
  #crowds;
  /** @type {Totals} */
  #totals = {
    requests: 0,
    failed: 0,
    byVersion: {},
    bySide: { users: bothSides(), internal: bothSides() },
  };
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #lastTick = 0;
  #waiting = 0;
  #stopped = false;

  /**
   * @param {string} url where people come in
   * @param {object} options
   * @param {readonly string[]} options.staging ids of the units that are staging's
   * @param {number} [options.usersPerSecond]
   * @param {number} [options.internalPerSecond]
   */
  constructor(url, { staging, usersPerSecond = 150, internalPerSecond = 30 }) {
    this.#url = url;
    this.#staging = new Set(staging);
    const rates = { users: usersPerSecond, internal: internalPerSecond };
    this.#crowds = CROWDS.map(({ kind, people, addresses }) => ({
      kind,
      people,
      perSecond: rates[kind],
      agents: addresses.map((localAddress) => new Agent({ keepAlive: true, timeout: IDLE_MS, localAddress })),
      due: 0,
      turn: 0,
    }));
  }

  start() {
    this.#lastTick = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop() {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const { agents } of this.#crowds) for (const agent of agents) agent.destroy();
  }

  /**
   * What people saw so far. A request failed when its answer was a server error, or when nobody answered.
   * @returns {Totals}
   */
  totals() {
    return structuredClone(this.#totals);
  }

  #tick() {
    const now = performance.now();
    const seconds = Math.min(now - this.#lastTick, LONGEST_BURST_MS) / 1_000;
    this.#lastTick = now;
    for (const crowd of this.#crowds) {
      crowd.due += seconds * crowd.perSecond;
      for (; crowd.due >= 1; crowd.due--) if (this.#waiting < MOST_AT_ONCE) void this.#ask(crowd);
    }
  }

  /** @param {Crowd} crowd */
  async #ask(crowd) {
    const { kind, people, agents } = crowd;
    const person = crowd.turn++ % people;
    const agent = /** @type {Agent} */ (agents[person % agents.length]);
    this.#waiting += 1;
    const answer = await this.#get(agent, `uid=${kind}-${person}`);
    this.#waiting -= 1;
    if (this.#stopped) return;
    const side = this.#staging.has(answer.unit) ? 'staging' : 'production';
    this.#count(kind, side, answer.version, answer.status >= 500);
  }

  /**
   * @param {Kind} kind
   * @param {Side} side
   * @param {string} version
   * @param {boolean} failed
   */
  #count(kind, side, version, failed) {
    const { byVersion, bySide } = this.#totals;
    byVersion[version] ??= none();
    for (const counts of [this.#totals, byVersion[version], bySide[kind][side]]) {
      counts.requests += 1;
      counts.failed += failed ? 1 : 0;
    }
  }

  /**
   * @param {Agent} agent
   * @param {string} cookie
   * @returns {Promise<{ status: number, version: string, unit: string }>} 503 when there was no answer
   */
  #get(agent, cookie) {
    return new Promise((resolve) => {
      const options = { agent, timeout: TIMEOUT_MS, headers: { cookie } };
      const noAnswer = () => resolve({ status: 503, version: NOBODY, unit: NOBODY });
      const request = httpRequest(this.#url, options, (response) => {
        const { 'x-version': version = NOBODY, 'x-unit': unit = NOBODY } = response.headers;
        const answer = { status: response.statusCode ?? 503, version: String(version), unit: String(unit) };
        response.resume();
        response.on('end', () => resolve(answer));
        response.on('error', noAnswer);
      });
      request.on('timeout', () => request.destroy());
      request.on('error', noAnswer);
      request.end();
    });
  }
}

/** @returns {Record<Side, Counts>} */
function bothSides() {
  return { production: none(), staging: none() };
}

/** @returns {Counts} */
function none() {
  return { requests: 0, failed: 0 };
}
