import type { Unit } from '#domain';

/** What runs on a unit right now, as the unit itself tells it. */
export interface UnitVersion {
  /** Null when nothing is deployed. */
  readonly version: string | null;
  readonly healthy: boolean;
}

/** A unit's way forward. */
export interface UnitChange {
  readonly release: string;
  readonly batch: string;
  readonly service: string;
  readonly version: string;
  /** What it ran before; null when nothing. */
  readonly previous: string | null;
}

/** A unit's way back. */
export interface UnitTarget {
  readonly release: string;
  readonly batch: string;
  readonly service: string;
  /** Null: the unit ran nothing before and shall run nothing again. */
  readonly version: string | null;
}

export interface EffectOptions {
  /** How long the effect may take, from the moment it was begun, whoever began it. */
  readonly timeoutMs: number;
  /** Ends the waiting and not the effect: the same key finds the outcome later. */
  readonly signal?: AbortSignal;
}

/**
 * Changes units and says what they run.
 *
 * An effect has a key made of release, batch, unit and attempt. The same key twice is one effect, over crashes and
 * restarts of the caller too: the second call waits for the first one's effect and has the same outcome. Trying again
 * after a failure is another attempt and therefore another key.
 *
 * Two effects on one unit never overlap only if the caller lets the first one end before it asks for the second.
 *
 * @throws DriverError from every method, and nothing else on purpose.
 */
export interface UnitDriver {
  inspect(unit: Unit, signal?: AbortSignal): Promise<UnitVersion>;
  deploy(unit: Unit, change: UnitChange, key: string, options: EffectOptions): Promise<void>;
  rollback(unit: Unit, to: UnitTarget, key: string, options: EffectOptions): Promise<void>;
}
