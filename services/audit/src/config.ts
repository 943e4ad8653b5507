import { z } from 'zod';
import { ServiceConfig } from '#runtime';

const PostgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

export const AuditConfig = ServiceConfig.extend({
  /** PostgreSQL for the read models. When absent, one is run inside this process, with its data under `SLUICE_DATA`. */
  DATABASE_URL: PostgresUrl.optional(),
  /** A file with the authority of the servers' certificates. With it, no server is talked to that does not prove its name. */
  DATABASE_CA: z.string().min(1).optional(),
  /** Most connections to each server. */
  DATABASE_POOL: z.coerce.number().int().min(1).max(1_000).default(10),
  /** Replicas of the server that questions are asked of, divided by commas. */
  DATABASE_READ_URL: z
    .string()
    .transform((text) => text.split(',').filter((url) => url !== ''))
    .pipe(z.array(PostgresUrl))
    .default([]),
  /** Whether the service brings the tables up to date at its start, or refuses to start until `migrate.js` has. */
  DATABASE_MIGRATE: z.enum(['auto', 'manual']).default('auto'),
}).refine(({ DATABASE_URL, DATABASE_READ_URL }) => DATABASE_URL !== undefined || DATABASE_READ_URL.length === 0, {
  path: ['DATABASE_READ_URL'],
  message: 'replicas need a DATABASE_URL',
});
export type AuditConfig = z.infer<typeof AuditConfig>;
