import { z } from 'zod';
import { splitHostPort } from '#domain';
import { ServiceConfig } from '#runtime';

const A_PLACE = z.string().transform((text, context) => {
  const place = splitHostPort(text);
  if (!place) context.addIssue({ code: 'custom', message: 'must be host:port' });
  return place ?? z.NEVER;
});

export const ObserverConfig = ServiceConfig.extend({
  /** How long one unit may take to answer one question, in milliseconds. */
  OBSERVER_TIMEOUT_MS: z.coerce.number().int().min(50).max(60_000).default(3_000),
  /** Where services send their spans over OTLP/HTTP, `host:port`; absent: no spans are taken. */
  OBSERVER_OTLP: A_PLACE.optional(),
});
export type ObserverConfig = z.infer<typeof ObserverConfig>;
