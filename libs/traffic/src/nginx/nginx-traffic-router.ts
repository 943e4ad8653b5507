import { CLOSED, type Environment, type EnvironmentSpec, isClosed, type NginxRouter, type TrafficSplit } from '#domain';
import { RouterError } from '../errors.js';
import type { RouterOptions, TrafficObservation, TrafficRouter } from '../port.js';
import type { RouterSettings } from '../settings.js';
import { tagMember } from '../tag-member.js';
import { TimeLimit } from '../time-limit.js';
import { AccessLog } from './access-log.js';
import { run } from './command.js';
import { requireReady } from './readiness.js';
import { readIfThere, replaceFile } from './replace-file.js';
import { nginxSplit, readSplit, type SplitFile, splitIdentity } from './split-file.js';
import { askStatus } from './status.js';
import { SAME_HOST, type Worker, workersBeside } from './workers.js';

const ASK_AGAIN_MS = 50;
/** A reload takes about 0.1 s, on a busy host a few times that. */
const RELOAD_MS = 2_000;
/** A worker may end between its answer and the look at it; several in a row do not. */
const LOOKS = 5;

/**
 * Steers an nginx that runs a configuration of {@link nginxConfiguration} on the same host, in either mode.
 *
 * It writes the split into a file and reloads nginx. Workers that have read the earlier file finish what they have begun
 * and take nothing new. nginx keeps the last split over restarts; where staging does not answer, production does.
 *
 * No request that nginx has begun to read is lost by a change. But a worker that ends closes the connections that clients
 * keep and do not use, and a request that is sent over one of them just then gets no answer. HTTP lets servers do so, and
 * browsers and most proxies make it again, at least a GET; a client that does not retry can lose it with each change.
 * nginx 1.27.4 and newer know `keepalive_min_timeout`, by which such a connection is kept for one more request.
 *
 * Counts are those of the access log; in mirror mode `staging` counts copies, beside the originals in `production`.
 */
export class NginxTrafficRouter implements TrafficRouter {
  readonly #spec: EnvironmentSpec;
  readonly #nginx: NginxRouter;
  readonly #log: AccessLog | null;

  /** @throws RouterError `refused` for an environment whose router is no nginx */
  constructor(
    { metadata, spec }: Environment,
    private readonly settings: RouterSettings = {},
  ) {
    const { nginx } = spec.router;
    if (!nginx) throw new RouterError('refused', `${metadata.name} has a router other than nginx`);
    this.#spec = spec;
    this.#nginx = nginx;
    this.#log = nginx.log === undefined ? null : new AccessLog(nginx.log, tagMember(spec.tag).value);
  }

  async apply(split: TrafficSplit, options: RouterOptions): Promise<void> {
    await this.#apply(split, new TimeLimit(options));
  }

  async converged(split: TrafficSplit, options: RouterOptions): Promise<boolean> {
    return this.#converged(splitIdentity(split), new TimeLimit(options));
  }

  async observe(options: RouterOptions): Promise<TrafficObservation | null> {
    return this.#log?.read(new TimeLimit(options)) ?? null;
  }

  /**
   * Closes the split and waits until every worker that may still have a request to staging has ended. nginx does not say
   * to which side the requests of such a worker go: a long one to production, a WebSocket say, is waited for too.
   */
  async drain(options: RouterOptions): Promise<void> {
    const limit = new TimeLimit(options);
    await this.#apply(CLOSED, limit);
    while (!(await this.#converged(splitIdentity(CLOSED), limit))) {
      await limit.pause(ASK_AGAIN_MS, 'the closed split did not take effect');
    }
    for (;;) {
      const draining = (await this.#look(limit)).workers.filter((worker) => worker.draining).length;
      if (draining === 0) return;
      await limit.pause(ASK_AGAIN_MS, `${draining} earlier workers of nginx did not finish their requests`);
    }
  }

  async #apply(split: TrafficSplit, limit: TimeLimit): Promise<void> {
    if (isClosed(split)) await this.#closeForTheNextStart();
    else await requireReady(this.#spec, limit);
    if (await this.#converged(splitIdentity(split), limit)) return;
    await this.#finishEarlierChange(limit);
    const { workers } = await this.#look(limit);
    const replaces = workers.filter(({ draining }) => !draining).map(({ id }) => id);

    const before = await readIfThere(this.#nginx.split);
    await replaceFile(this.#nginx.split, nginxSplit(split, replaces));
    try {
      await this.#test(limit);
      await this.#reload(limit);
    } catch (error) {
      // What nginx reads when it starts the next time has to be what the caller believes.
      await replaceFile(this.#nginx.split, before);
      throw error;
    }
  }

  /** Whatever keeps nginx from closing now, a crash of its own say: when it starts again it is closed. */
  async #closeForTheNextStart(): Promise<void> {
    const file = await this.#readSplit();
    if (file?.identity === splitIdentity(CLOSED)) return;
    await replaceFile(this.#nginx.split, nginxSplit(CLOSED, file?.replaces ?? []));
  }

  /**
   * While nginx still reloads for the change before, the workers that it starts for that may not be there yet to be
   * named, and nobody would wait for them afterwards. A reload that never came, after a crash, is not waited for.
   */
  async #finishEarlierChange(limit: TimeLimit): Promise<void> {
    const enough = performance.now() + RELOAD_MS;
    while (performance.now() < enough) {
      const { workers } = await this.#look(limit);
      const file = await this.#readSplit();
      if (file === null || !isReplacing(file, workers)) return;
      await limit.pause(ASK_AGAIN_MS, 'the change before did not take effect');
    }
  }

  async #converged(identity: string, limit: TimeLimit): Promise<boolean> {
    const { served, workers } = await this.#look(limit);
    if (served !== identity) return false;
    const file = await this.#readSplit();
    return file?.identity === identity && !isReplacing(file, workers);
  }

  async #readSplit(): Promise<SplitFile | null> {
    const text = await readIfThere(this.#nginx.split);
    return text === null ? null : readSplit(text);
  }

  /** By what one of the workers divides, and all workers of the same nginx. */
  async #look(limit: TimeLimit): Promise<{ readonly served: string; readonly workers: readonly Worker[] }> {
    for (let looks = 0; looks < LOOKS; looks += 1) {
      const { identity, pid } = await askStatus(this.#nginx.status, limit);
      const workers = await workersBeside(pid);
      if (workers) return { served: identity, workers };
    }
    throw new RouterError('unsupported', `the workers of nginx are not to be seen from here: ${SAME_HOST}`);
  }

  async #test(limit: TimeLimit): Promise<void> {
    const { code, output } = await run(this.#nginx.test, limit, this.settings);
    if (code !== 0) throw new RouterError('refused', `nginx refuses the configuration: ${output}`);
  }

  async #reload(limit: TimeLimit): Promise<void> {
    const { code, output } = await run(this.#nginx.reload, limit, this.settings);
    if (code !== 0) throw new RouterError('unreachable', `nginx could not be reloaded: ${output}`);
  }
}

/** Whether workers that have read an earlier file still take requests. */
function isReplacing({ replaces }: SplitFile, workers: readonly Worker[]): boolean {
  return workers.some(({ id, draining }) => !draining && replaces.includes(id));
}
