import { z } from 'zod';
import { Place, ServiceConfig } from '#runtime';

export const ObserverConfig = ServiceConfig.extend({
  /** How long one unit may take to answer one question, in milliseconds. */
  OBSERVER_TIMEOUT_MS: z.coerce.number().int().min(50).max(60_000).default(3_000),
  /** Where services send their spans over OTLP/HTTP, `host:port`; absent: no spans are taken. */
  OBSERVER_OTLP: Place.optional(),
});
export type ObserverConfig = z.infer<typeof ObserverConfig>;
