import { z } from 'zod';

const Text = z.string().max(2_000);
/** As long as servers take them: nobody can hide a call, or spoil a log, by making it long. */
const LongText = z.string().max(32_768);

/**
 * One call, as a router or the called unit logs it: one JSON a line. The generated configurations of the routers write
 * this form; services may write it too, or send spans.
 */
export const CallRecord = z.object({
  /** ISO-8601, or seconds since the epoch with decimals. */
  at: z.union([z.string().max(40), z.number()]),
  /** The address that the call came from, without a port. Empty when the one who recorded it cannot know. */
  source: Text,
  /** The address of who called first, when somebody in between said so; `source` is then the last one in between. */
  client: Text.nullish(),
  /** The service that called, when it is known. */
  caller: Text.nullish(),
  /** The service that was called. */
  service: Text,
  /** `host:port` of the unit that took the call; empty or `-` when none did. Several, with commas, when it was tried again. */
  destination: Text,
  /** The destination is what the caller asked for; where that led is not known. */
  asked: z.boolean().optional(),
  method: Text,
  path: LongText,
  status: z.coerce.number(),
  /** The baggage header as it was. */
  baggage: LongText.nullish(),
  /** The value of the environment's own header. */
  tag: Text.nullish(),
  /** The call of a client that came in at the router's entry, not a call between services. */
  entry: z.boolean().default(false),
  /** Of an entry: whether it counted as internal traffic. */
  internal: z.boolean().default(false),
});
export type CallRecord = z.infer<typeof CallRecord>;
