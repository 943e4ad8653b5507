import { hostname } from 'node:os';
import { z } from 'zod';
import { splitHostPort } from '#domain';
import type { NatsFiles } from '#event-store';
import { TracingConfig } from '../tracing/config.js';

/** Where something listens, in the form `host:port`. */
export const Place = z.string().transform((text, context) => {
  const place = splitHostPort(text);
  if (!place) context.addIssue({ code: 'custom', message: 'must be host:port' });
  return place ?? z.NEVER;
});

/** What every service needs to know. Parsed once at the start; nothing else reads the environment. */
export const ServiceConfig = z.object({
  /** Where services talk to each other. */
  NATS_URL: z
    .string()
    .regex(/^(nats|tls):\/\/[^/\s]+\/?$/, 'must be nats://[user:password@]host:port[,host:port…] or tls://…')
    .default('nats://127.0.0.1:4222'),
  /** The file of the user's JWT and seed, or of an NKey's seed alone. */
  NATS_CREDENTIALS: z.string().min(1).optional(),
  /** PEM files for TLS: whom to trust, and the client's own certificate and key. */
  NATS_CA: z.string().min(1).optional(),
  NATS_CERT: z.string().min(1).optional(),
  NATS_KEY: z.string().min(1).optional(),
  /** Where the log is: `nats://…`, `memory://`. The same NATS when absent. */
  EVENT_STORE_URL: z.string().min(1).optional(),
  /** Where a service keeps what is its own. */
  SLUICE_DATA: z.string().min(1).default('.sluice'),
  /**
   * What this process is called among its replicas, always the same from start to start: `executor-0`. It takes over at
   * once what it held before. Without it, a new process waits until the leases of the one before have run out. `hostname`
   * stands for the name of the machine, or of the container.
   */
  INSTANCE: z
    .string()
    .min(1)
    .max(200)
    .transform((name) => (name === 'hostname' ? hostname() : name))
    .optional(),
  /** How long others wait before they take over the work of a process that is not heard of any more. */
  LEASE_TTL_MS: z.coerce.number().int().min(500).max(600_000).default(10_000),
  /** Where `/healthz`, `/readyz` and `/metrics` are answered; absent: nowhere. The gateway has its own. */
  OPERATIONS: Place.optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  ...TracingConfig.shape,
});
export type ServiceConfig = z.infer<typeof ServiceConfig>;

/** The files that every connection of a service to NATS is made with. */
export function natsFiles({ NATS_CREDENTIALS, NATS_CA, NATS_CERT, NATS_KEY }: ServiceConfig): NatsFiles {
  return { credentials: NATS_CREDENTIALS, ca: NATS_CA, certificate: NATS_CERT, key: NATS_KEY };
}

/**
 * Reads a service's configuration from its environment.
 * @throws Error that names every variable that is wrong, and how
 */
export function parseConfig<T>(schema: z.ZodType<T>, environment: NodeJS.ProcessEnv): T {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`the environment is not as it should be:\n${lines.join('\n')}`);
}
