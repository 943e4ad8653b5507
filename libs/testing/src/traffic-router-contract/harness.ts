import type { TrafficSplit } from '#domain';
import type { TrafficRouter } from '#traffic';
import type { Side } from '../traffic-load/side-server.js';

/** A router in a world of its own: closed at first, in front of staging units that are ready. */
export interface RouterHarness {
  readonly router: TrafficRouter;
  /**
   * Settles when the router has taken notice, if it watches the units by itself. Not ready means whatever the router can
   * tell: units that say so, or that are gone.
   */
  setStagingReady(ready: boolean): Promise<void>;
  /** By what the router divides new requests at this moment, found out without {@link router}. */
  effective(): Promise<TrafficSplit>;
  /** Makes the router unreachable for the rest of the test. */
  disconnect(): Promise<void>;
  /** One real request; which side answered it. @throws when it failed. Present when there is a data plane. */
  request?(user: string, kind: 'internal' | 'production'): Promise<Side>;
  /** Begins a request that a staging unit does not answer before `finish`; settles when the unit has it. Only called while the internal share is 100%. */
  holdOpen?(): Promise<HeldRequest>;
  stop(): Promise<void>;
}

export interface HeldRequest {
  /** Lets the unit answer; settles when the client has the answer. */
  finish(): Promise<void>;
}

/** A harness with a data plane. */
export type RouterWithTraffic = RouterHarness & Required<Pick<RouterHarness, 'request' | 'holdOpen'>>;
