import { z } from 'zod';

/** Kinds of configuration that people register, and the category of the stream that keeps each. */
export const CONFIGURATION_KINDS = ['Topology', 'Policy', 'Environment', 'FreezeWindow'] as const;
export type ConfigurationKind = (typeof CONFIGURATION_KINDS)[number];

export const CONFIGURATION_CATEGORY: Readonly<Record<ConfigurationKind, string>> = {
  Topology: 'topology',
  Policy: 'policy',
  Environment: 'environment',
  FreezeWindow: 'freeze',
};

/** What people call each kind. */
export const CONFIGURATION_WORDS: Readonly<Record<ConfigurationKind, string>> = {
  Topology: 'topology',
  Policy: 'policy',
  Environment: 'environment',
  FreezeWindow: 'freeze window',
};

/** A document may be larger than an event may be: its JSON is kept in pieces, and counts once the last line is there. */
export const CONFIGURATION_EVENTS = {
  /** One piece of the document's JSON, `part` from 1. A registration that was cut off is never completed; it is begun anew. */
  'ConfigurationPartRecorded.v1': z.object({ registration: z.string(), part: z.int(), text: z.string() }),
  'ConfigurationRegistered.v1': z.object({
    kind: z.enum(CONFIGURATION_KINDS),
    name: z.string(),
    registration: z.string(),
    parts: z.int(),
    digest: z.string(),
  }),
} as const;

export type ConfigurationEventType = keyof typeof CONFIGURATION_EVENTS;

export type ConfigurationEvent = {
  [T in ConfigurationEventType]: { readonly type: T; readonly data: z.infer<(typeof CONFIGURATION_EVENTS)[T]> };
}[ConfigurationEventType];

/** A version of a document that was registered. Its revision is what a release pins. */
export interface Registered {
  readonly kind: ConfigurationKind;
  readonly name: string;
  readonly revision: number;
  readonly digest: string;
  /** The document's JSON. */
  readonly text: string;
  readonly by: string;
  readonly at: string;
}
