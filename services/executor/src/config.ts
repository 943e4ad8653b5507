import { z } from 'zod';
import { ServiceConfig } from '#runtime';

export const ExecutorConfig = ServiceConfig.extend({
  /** Directories that exec commands may come from, divided by `:`. Any when absent. */
  EXEC_ALLOW: z
    .string()
    .transform((text) => text.split(':').filter((directory) => directory !== ''))
    .optional(),
  /** Units that change at the same time, over all releases of this process. */
  EXECUTOR_SLOTS: z.coerce.number().int().min(1).max(10_000).default(64),
});
export type ExecutorConfig = z.infer<typeof ExecutorConfig>;
