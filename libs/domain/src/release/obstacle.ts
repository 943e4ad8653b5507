import { z } from 'zod';

/** Why a release waits although nothing is wrong with it. */
export const OBSTACLE_CAUSES = ['queued', 'freeze', 'drift'] as const;

/**
 * What is in a release's way outside of itself: another release has one of its units, a freeze, a topology that has
 * changed. Found out by whoever carries it out, when a gate is about to open or may be free again.
 */
export const Obstacle = z.object({
  cause: z.enum(OBSTACLE_CAUSES),
  /** In words: what is in the way, and what to do. */
  sentence: z.string(),
});
export type Obstacle = z.infer<typeof Obstacle>;
