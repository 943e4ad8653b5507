import type { TrafficSplit } from '#domain';

export interface RouterOptions {
  /** How long it may take in all. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Requests by where they came from and where they went, since the router started counting. */
export interface SideCounts {
  readonly staging: number;
  readonly production: number;
}

/** What a router has done with the traffic so far. Counters only grow, as long as `epoch` stays the same. */
export interface TrafficObservation {
  /** Changes when the router started to count anew: its process, its log. */
  readonly epoch: string;
  readonly internal: SideCounts;
  readonly production: SideCounts;
}

/**
 * Divides the traffic between production and a staging environment.
 *
 * The split is absolute: the same one applied twice is applied once, over crashes and restarts of the caller too. A
 * router never sends traffic to staging units none of which reports ready, whatever it was told; it then sends it to
 * production. Users are divided by a hash, so that each stays on one side while the share stays, and a share that grows
 * only moves users towards staging.
 *
 * @throws RouterError from every method, and nothing else on purpose.
 */
export interface TrafficRouter {
  /**
   * Tells the router the split. Done when it has taken it, not when it has taken effect everywhere: ask {@link converged}.
   * Refuses with `not-ready` to send anything to staging while none of its units reports ready.
   */
  apply(split: TrafficSplit, options: RouterOptions): Promise<void>;
  /** Whether every process of the router divides new requests by this split now. */
  converged(split: TrafficSplit, options: RouterOptions): Promise<boolean>;
  /** What it has done so far; null when this router does not count. */
  observe(options: RouterOptions): Promise<TrafficObservation | null>;
  /** Closes the split and waits until no request is under way to staging any more; `timed-out` when some stay. */
  drain(options: RouterOptions): Promise<void>;
}
