import { CLOSED, type Environment, isClosed, type TrafficSplit, toBasisPoints } from '#domain';
import { RouterError } from '../errors.js';
import type { RouterOptions, TrafficObservation, TrafficRouter } from '../port.js';
import { routedServices } from '../routed-services.js';
import { TimeLimit } from '../time-limit.js';
import { numberIn, parseCounters, parseMap, parseProcess, parseStat, type StatRow } from './answers.js';
import { COUNTERS, SHARE_KEYS, stagingBackend } from './names.js';
import { RuntimeApi } from './runtime-api.js';

const POLL_MS = 50;

/**
 * HAProxy with the configuration of {@link haproxyConfiguration}, or one with the same names, steered through its
 * Runtime API without a reload.
 *
 * The shares live in the memory of the process and are the same for all of its threads: a split has converged as soon as
 * it is taken. Nothing is written to disk, so a HAProxy that is started again or reloaded is closed until the next
 * {@link apply}. After a reload the old process is out of reach; it divides by the old shares until it has ended, which
 * `hard-stop-after` limits.
 *
 * Staging is ready when every service that the router sends requests to has a unit whose last health check passed; one
 * that was never checked does not count. So after a start or reload, for a second or so, nothing goes to staging, whatever
 * its tag, and calls that come in at the listeners of staging get 503.
 */
export class HaproxyTrafficRouter implements TrafficRouter {
  readonly #api: RuntimeApi;
  readonly #map: string;
  /** Backends of HAProxy: the staging units of each service that requests are sent to. */
  readonly #staging: readonly string[];

  /** @throws RouterError `refused` when the environment's router is another one. */
  constructor({ metadata, spec }: Environment) {
    const { haproxy } = spec.router;
    if (haproxy === undefined) throw new RouterError('refused', `${metadata.name} has a router other than HAProxy`);
    this.#api = new RuntimeApi(haproxy.admin);
    this.#map = haproxy.map;
    this.#staging = routedServices(spec).map(({ name }) => stagingBackend(name));
  }

  async apply(split: TrafficSplit, options: RouterOptions): Promise<void> {
    await this.#apply(split, new TimeLimit(options));
  }

  async converged(split: TrafficSplit, options: RouterOptions): Promise<boolean> {
    const shares = parseMap(await this.#api.ask(`show map ${this.#map}`, new TimeLimit(options)));
    const isAt = (key: keyof TrafficSplit): boolean => {
      const values = shares.get(SHARE_KEYS[key]);
      return values?.length === 1 && Number(values[0]) === toBasisPoints(split[key]);
    };
    return isAt('internal') && isAt('production');
  }

  async observe(options: RouterOptions): Promise<TrafficObservation> {
    const limit = new TimeLimit(options);
    const epoch = parseProcess(await this.#api.ask('show info', limit));
    const counts = parseCounters(await this.#api.ask(`show table ${COUNTERS}`, limit));
    // Between the two answers HAProxy may have been started again: the counts would be those of the new one.
    if (parseProcess(await this.#api.ask('show info', limit)) !== epoch) {
      throw new RouterError('conflict', 'HAProxy was started again while it was asked for its counts');
    }
    return { epoch, ...counts };
  }

  /** A request that was sent to staging is a session of its backend until it is answered; idle connections are none. */
  async drain(options: RouterOptions): Promise<void> {
    const limit = new TimeLimit(options);
    await this.#apply(CLOSED, limit);
    // Twice: a thread may have read the old share just before it changed, and reach the backend just after the first look.
    for (let quiet = 0; quiet < 2; ) {
      const sessions = await this.#sessions(limit);
      quiet = sessions === 0 ? quiet + 1 : 0;
      if (quiet < 2) await limit.pause(POLL_MS, `${sessions} requests to staging did not end`);
    }
  }

  async #apply(split: TrafficSplit, limit: TimeLimit): Promise<void> {
    if (!isClosed(split)) await this.#expectReady(limit);
    const set = (key: keyof TrafficSplit) => `set map ${this.#map} ${SHARE_KEYS[key]} ${toBasisPoints(split[key])}`;
    // One line, which HAProxy carries out in one go. Users are the first to leave and the last to come.
    const order =
      toBasisPoints(split.production) === 0
        ? (['production', 'internal'] as const)
        : (['internal', 'production'] as const);
    await this.#api.tell(order.map(set), limit);
  }

  async #expectReady(limit: TimeLimit): Promise<void> {
    const servers = await this.#stat('4', limit);
    const without = this.#staging.filter((backend) => !servers.some((row) => row.pxname === backend && isReady(row)));
    if (without.length === 0) return;
    const unknown = without.filter((backend) => !servers.some((row) => row.pxname === backend));
    if (unknown.length > 0) {
      throw new RouterError(
        'refused',
        `HAProxy has no servers in ${unknown.join(', ')}: is its configuration the generated one?`,
      );
    }
    throw new RouterError('not-ready', `no unit of ${without.join(', ')} has passed its latest health check`);
  }

  async #sessions(limit: TimeLimit): Promise<number> {
    const backends = await this.#stat('2', limit);
    return backends
      .filter(({ pxname }) => this.#staging.includes(pxname ?? ''))
      .reduce((sum, row) => sum + numberIn(row, 'scur') + numberIn(row, 'qcur'), 0);
  }

  /** @param type 2 for backends, 4 for servers */
  async #stat(type: '2' | '4', limit: TimeLimit): Promise<StatRow[]> {
    return parseStat(await this.#api.ask(`show stat -1 ${type} -1`, limit));
  }
}

/** `* L7OK`: the next check is under way. A server that was never checked is UP with `INI`. */
function isReady({ status = '', check_status = '' }: StatRow): boolean {
  return /^UP\b/.test(status) && /^(\* )?L[467]OK$/.test(check_status);
}
