import { createHash } from 'node:crypto';

/** Whether something, a release say, is meant. */
export type Which = (key: string) => boolean;

/** Whoever works on what a {@link Tenure} holds. */
export interface Tenant {
  /** These are this process's now: look what is due, and first at what others have written. */
  taken(which: Which): void;
  /**
   * Ends the work on these, which {@link Tenure.holds} denies already.
   * @param gently what is under way may come to its end first; otherwise others may be at it within moments
   */
  vacate(which: Which, gently: boolean): Promise<void>;
}

/**
 * What of a role's work is this process's to do, as long as others share in it. It may change at any time; whoever acts
 * asks right before. That two act on the same for a moment, by a process that was stopped in between say, is for the
 * log to prevent: of two writers with the same expected revision one fails.
 */
export interface Tenure {
  holds(key: string): boolean;
  /** Takes a share, and tells the tenant of each change from now on. Call it once. */
  begin(tenant: Tenant): Promise<void>;
  /** Gives all of it back. The tenant has ended its work before. */
  end(): Promise<void>;
}

/** All of the work is this process's, which is the only one. */
export const SOLE: Tenure = {
  holds: () => true,
  begin: async (tenant) => tenant.taken(() => true),
  end: async () => undefined,
};

/** The partition of a key: the same in every process and for ever. */
export function partitionOf(key: string, partitions: number): number {
  return createHash('sha256').update(key).digest().readUInt32BE() % partitions;
}
