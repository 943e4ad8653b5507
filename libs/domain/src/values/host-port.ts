import { z } from 'zod';
import { mustBe } from './expectation.js';

const A_PLACE = 'an address and a port such as 10.0.0.1:8080 or [::1]:8080';

/** Where something listens: `host:port`, IPv6 in brackets. */
export const HostPort = z
  .string({ error: mustBe(A_PLACE) })
  .max(300, { abort: true })
  .refine((text) => splitHostPort(text) !== null, `must be ${A_PLACE}`);
export type HostPort = z.infer<typeof HostPort>;

/** Both halves of a {@link HostPort}, the host without brackets; null when the text is none. */
export function splitHostPort(text: string): { readonly host: string; readonly port: number } | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65_535) return null;
  return { host: match[1] ?? (match[2] as string), port };
}
