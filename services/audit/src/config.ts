import { z } from 'zod';
import { ServiceConfig } from '#runtime';

export const AuditConfig = ServiceConfig.extend({
  /** PostgreSQL for the read models. When absent, one is run inside this process, with its data under `SLUICE_DATA`. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
});
export type AuditConfig = z.infer<typeof AuditConfig>;
