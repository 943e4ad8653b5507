import { z } from 'zod';
import { freezeFlaws, unknownZone } from '../freezes/freeze-flaws.js';
import { PositiveDuration } from '../values/duration.js';
import { isRecord, refusing } from './flaw.js';
import { API_VERSION, Metadata, Name } from './metadata.js';
import { type ReadResult, validateDocument } from './read-document.js';
import { Clusters } from './release.js';
import { RISKS } from './risk.js';

/** Which releases a freeze is about: those that all of its fields fit. What is left out fits every release. */
export const FreezeScope = z.strictObject({
  topologies: z.array(Name).min(1).max(1_000).optional(),
  /** By name, with everything within them, or by what they are. */
  clusters: Clusters.optional(),
  services: z.array(Name).min(1).max(1_000).optional(),
  risks: z.array(z.enum(RISKS)).min(1).max(RISKS.length).optional(),
});
export type FreezeScope = z.infer<typeof FreezeScope>;

/** When nothing is to be opened, and for whom. */
export const FreezeWindowSpec = z.strictObject({
  reason: z.string().min(1).max(2_000),
  /** An IANA time zone, in which `from` and `recurrence` are meant. */
  timeZone: z.string().min(1).max(100).default('UTC'),
  /** The beginning of the first one, as a clock on a wall of the time zone shows it: `2026-12-24T18:00`. */
  from: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/, 'must be a local time such as 2026-12-24T18:00'),
  /** How long each lasts: days are those of the calendar, hours are hours also when the clocks change. */
  duration: PositiveDuration,
  /** When it comes again: a rule of RFC 5545 such as `FREQ=WEEKLY;BYDAY=FR`. It comes once when absent. */
  recurrence: z.string().min(1).max(500).optional(),
  scope: FreezeScope.prefault({}),
  /** False: it is kept, and stops nobody. */
  active: z.boolean().default(true),
});
export type FreezeWindowSpec = z.infer<typeof FreezeWindowSpec>;

const Fields = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('FreezeWindow'),
  metadata: Metadata,
  spec: FreezeWindowSpec,
});

/** A time in which releases do not go on, under a name. */
export const FreezeWindow = Fields.superRefine(refusing(freezeFlaws), { when: ({ value }) => isRecord(value) });
export type FreezeWindow = z.infer<typeof FreezeWindow>;

/** Looks at what may be another here than where the document was registered: which fields and time zones are known. */
const Readable = Fields.superRefine(refusing(unknownZone), { when: ({ value }) => isRecord(value) });

/** A freeze window from the JSON that is registered. Its recurrence was looked at then, which may take a while. */
export function registeredFreezeWindow(json: string): ReadResult<FreezeWindow> {
  return validateDocument(Readable, JSON.parse(json), 'freeze window');
}
