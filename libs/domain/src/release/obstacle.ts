import { z } from 'zod';

/** Why a release waits although nothing is wrong with it. */
export const OBSTACLE_CAUSES = ['queued', 'freeze'] as const;

/**
 * What is in a release's way outside of itself: another release has one of its units, a budget is spent, a freeze. Found
 * out by whoever carries it out, when a gate is about to open or may be free again.
 */
export const Obstacle = z.object({
  /** `paused`: it is not over by itself; a person has to go on once it is gone. */
  cause: z.enum([...OBSTACLE_CAUSES, 'paused']),
  /** In words: what is in the way, and what to do. */
  sentence: z.string(),
  /** When it is over at the latest, ISO-8601; absent when nobody knows. */
  until: z.string().optional(),
  /** Who lets the release go through it all the same: then it is told, and holds nobody. */
  allowedBy: z.string().optional(),
});
export type Obstacle = z.infer<typeof Obstacle>;

/** Those that nobody lets the release go through; undefined when nobody has looked. */
export function inTheWay(obstacles: readonly Obstacle[] | undefined): readonly Obstacle[] | undefined {
  return obstacles?.filter(({ allowedBy }) => allowedBy === undefined);
}

/** Whether a hold of this cause is over by itself once nothing is in the way any more. */
export function isForAnObstacle(cause: string): boolean {
  return (OBSTACLE_CAUSES as readonly string[]).includes(cause);
}
