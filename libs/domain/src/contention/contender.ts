import type { PolicySpec } from '../documents/policy.js';
import type { Plan } from '../planning/types.js';
import { isShut, stagingNow } from '../release/staging.js';
import { isPlanned, isStarted, type ReleaseState, type Started } from '../release/state.js';
import { isEnd } from '../release/status.js';

/** Ids of units. */
export interface Units {
  readonly size: number;
  has(unit: string): boolean;
  keys(): Iterable<string>;
}

/** A release as others see it that may want the same: what it needs, and how far it is. */
export interface Contender {
  readonly release: string;
  readonly topology: string;
  readonly units: Units;
  /** The staging environment that it needs; null when it needs none, or has left it. */
  readonly environment: string | null;
  /** Where in the log it was started: who was first, is first served. Null before that. */
  readonly startedAt: number | null;
  /** It has taken up something of its plan: what it needs, it has. */
  readonly begun: boolean;
  /** It has not begun, and does as soon as nothing is in its way. */
  readonly waits: boolean;
  /** It has come to its end; only what was under way then still has to come to its own. */
  readonly ended: boolean;
  /** What its policy says of how many may run at a time. */
  readonly policy: { readonly name: string; readonly budgets: PolicySpec['budgets'] };
  /** The clusters whose units it changes. */
  readonly clusters: ReadonlySet<string>;
}

/** Null for a release that has no plan. */
export function contenderOf(state: ReleaseState, startedAt: number | null): Contender | null {
  if (!isPlanned(state)) return null;
  const { plan, policy } = state;
  return {
    release: state.release,
    topology: state.topology.name,
    units: plan.unitNumber,
    environment: isStarted(state) ? environmentHeld(state) : (plan.staging?.environment ?? null),
    startedAt,
    begun: isStarted(state) && hasBegun(state),
    waits: isStarted(state) && !hasBegun(state) && waitsItsTurn(state),
    ended: isEnd(state.status),
    policy: { name: policy.name, budgets: policy.spec.budgets },
    clusters: plan.clusters,
  };
}

/** A release that is only being submitted. */
export function newcomer(release: string, plan: Plan, topology: string, policy: Contender['policy']): Contender {
  const all = [...(plan.staging?.units ?? []), ...plan.batches.flatMap(({ units }) => units)];
  return {
    release,
    topology,
    units: new Set(all.map(({ id }) => id)),
    environment: plan.staging?.environment ?? null,
    startedAt: null,
    begun: false,
    waits: false,
    ended: false,
    policy,
    clusters: new Set(plan.batches.map(({ cluster }) => cluster)),
  };
}

/** Whether anything of its plan was taken up. */
export function hasBegun(state: Started): boolean {
  return state.batches.at(0).status !== 'pending';
}

function waitsItsTurn(state: Started): boolean {
  return state.status === 'running' || (state.status === 'held' && state.hold.cause === 'queued');
}

function environmentHeld(state: Started): string | null {
  const staging = stagingNow(state);
  if (!staging || isEnd(state.status)) return null;
  const hasLeft = staging.batch.status === 'passed' && isShut(state);
  return hasLeft ? null : staging.planned.environment;
}
