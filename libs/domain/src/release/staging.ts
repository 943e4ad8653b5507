import type { Environment } from '../documents/environment/environment.js';
import { API_VERSION } from '../documents/metadata.js';
import { STAGING_VALIDATORS } from '../documents/release-flaws.js';
import { CLOSED, isClosed, isSameSplit, type TrafficSplit } from '../values/traffic.js';
import type { TrafficCause } from './events.js';
import type { BatchState, PlanStaging, Started, TrafficState } from './state.js';

/** The wave of the staging environment; those of production count from 1. */
export const STAGING_WAVE = 0;

/** A release's staging environment as it stands. */
export interface StagingNow {
  readonly number: number;
  readonly planned: PlanStaging;
  readonly batch: BatchState;
  readonly traffic: TrafficState;
}

/** The environment as a document again. */
export function environmentOf({ environment, spec }: PlanStaging): Environment {
  return { apiVersion: API_VERSION, kind: 'Environment', metadata: { name: environment }, spec };
}

/** Null for a release that goes straight to production. */
export function stagingNow(state: Started): StagingNow | null {
  const { staging } = state.plan;
  if (!staging || !state.traffic) return null;
  return { number: staging.number, planned: staging, batch: state.batches.at(staging.number), traffic: state.traffic };
}

/** Whether this batch is the release's staging environment. */
export function isStaging(state: Started, batch: number): boolean {
  return state.plan.staging?.number === batch;
}

/** Nothing goes to staging, the router has confirmed it, and nothing is under way that could change it. */
export function isShut(state: Started): boolean {
  const { traffic } = state;
  return !traffic || (!traffic.shifting && isClosed(traffic.target) && isClosed(traffic.split));
}

/** A person asked for the end; it comes when the traffic has left staging. */
export function isAborting(state: Started): boolean {
  return state.status === 'held' && state.hold.cause === 'aborting';
}

/** By whom a batch has to be judged, by name. */
export function validatorsOf(state: Started, batch: number): string[] {
  const own = state.spec.validate.map(({ name }) => name);
  return isStaging(state, batch) ? [...own, ...STAGING_VALIDATORS] : own;
}

/** What the router is to be told, and why. */
export interface Wish {
  readonly split: TrafficSplit;
  readonly cause: TrafficCause;
}

/**
 * How the traffic should be divided now. It is let in bit by bit, internal traffic before that of users, and only while
 * the release runs; it goes back as soon as there is any reason for it, whatever else the release is doing.
 *
 * @param isOver every validator has passed the environment and its interval is over
 */
export function wishedSplit(state: Started, { planned, batch, traffic }: StagingNow, isOver: boolean): Wish {
  if (isAborting(state)) return { split: CLOSED, cause: 'abort' };
  if (state.status !== 'running' && state.status !== 'held') return { split: CLOSED, cause: 'rollback' };
  if (batch.status !== 'observing' && batch.status !== 'held') return { split: CLOSED, cause: 'failed' };
  if (traffic.leaving || isOver) return { split: CLOSED, cause: 'passed' };
  if (state.status === 'held') return { split: traffic.target, cause: 'opening' };
  if (traffic.probe?.verdict !== 'passed') return { split: CLOSED, cause: 'failed' };
  const { internal, production } = planned.traffic;
  const whole = { internal, production };
  const inner = { internal, production: CLOSED.production };
  const isInnerIn = isSameSplit(traffic.split, inner) || isSameSplit(traffic.split, whole);
  return { split: isInnerIn ? whole : inner, cause: 'opening' };
}

/** All of the traffic that was asked for is there. */
export function isWhollyIn({ planned, traffic }: Pick<StagingNow, 'planned' | 'traffic'>): boolean {
  return !traffic.shifting && isSameSplit(traffic.split, planned.traffic);
}

/** A change of the traffic was given up: what the router does now is not known. */
export function isStuck({ shifting, target, split }: TrafficState): boolean {
  return !shifting && !isSameSplit(target, split);
}
