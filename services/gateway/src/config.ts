import { join } from 'node:path';
import { z } from 'zod';
import { ServiceConfig } from '#runtime';

const milliseconds = (standard: number) => z.coerce.number().int().min(1).max(3_600_000).default(standard);

/** The gateway's environment. Limits have values that suit one machine; change them only with a reason. */
export const GatewayConfig = ServiceConfig.extend({
  PORT: z.coerce.number().int().min(0).max(65_535).default(7070),
  /** Metrics and documentation need no token: bind to other addresses only behind something that guards them. */
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Who may do what. Made with random tokens at the first start when it is not there. */
  SLUICE_TOKENS: z.string().min(1).optional(),
  /** How long a service may take to answer. */
  ASK_TIMEOUT_MS: milliseconds(15_000),
  /** The same where a large document is read and planned. */
  DOCUMENT_TIMEOUT_MS: milliseconds(60_000),
  /** The same where the audit goes through the whole log. */
  LOG_TIMEOUT_MS: milliseconds(600_000),
  /** How long a service may take to say that it is there. */
  PING_TIMEOUT_MS: milliseconds(1_000),
  MAX_STREAMS: z.coerce.number().int().min(1).max(100_000).default(1_000),
  /** Streams that read older events from the log at the same time; others wait for their turn. */
  MAX_CATCH_UPS: z.coerce.number().int().min(1).max(1_000).default(16),
  /** A stream says that it is still there when it has said nothing else for so long. */
  HEARTBEAT_MS: milliseconds(15_000),
  /** A client that takes nothing for so long, although there is something to take, is cut off. */
  STALL_MS: milliseconds(30_000),
  /** The newest events, kept in memory for all streams together; who is further behind reads the log. */
  RECENT_EVENTS: z.coerce.number().int().min(1).max(100_000).default(10_000),
  RECENT_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(32 * 1024 * 1024),
});
export type GatewayConfig = z.infer<typeof GatewayConfig>;

export function tokenFileOf({ SLUICE_TOKENS, SLUICE_DATA }: GatewayConfig): string {
  return SLUICE_TOKENS ?? join(SLUICE_DATA, 'tokens.json');
}
