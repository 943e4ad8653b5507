import { z } from 'zod';
import { ServiceConfig } from '#runtime';

export const ObserverConfig = ServiceConfig.extend({
  /** How long one unit may take to answer one question, in milliseconds. */
  OBSERVER_TIMEOUT_MS: z.coerce.number().int().min(50).max(60_000).default(3_000),
});
export type ObserverConfig = z.infer<typeof ObserverConfig>;
