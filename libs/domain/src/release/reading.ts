import { z } from 'zod';

/**
 * What a clock showed that is never set: it counts from the start of the process that has it. Two readings of one clock
 * say how much time has really passed between them; readings of two clocks say nothing of each other.
 */
export const Reading = z.object({
  /** Which clock: another one after each start of a process. */
  clock: z.string().min(1).max(100),
  /** Milliseconds that it has counted. */
  ms: z.number().min(0),
});
export type Reading = z.infer<typeof Reading>;
