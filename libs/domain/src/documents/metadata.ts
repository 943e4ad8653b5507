import { z } from 'zod';

/** The form of every file: `apiVersion: sluice/v1`, a kind, a name. */
export const API_VERSION = 'sluice/v1';

/** Names of topologies, releases, clusters, units: what is safe in a URL, a file name and a stream's name. */
export const Name = z
  .string()
  .min(1, { abort: true })
  .max(100, { abort: true })
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/,
    'must be letters, digits, dots, dashes or underscores, and start and end with a letter or digit',
  );

/** What every document says about itself. */
export const Metadata = z.strictObject({ name: Name });

/** Labels select units and clusters: `{ tier: web }`. */
export const Labels = z
  .record(z.string().min(1).max(100), z.string().max(200))
  .refine((labels) => Object.keys(labels).length <= 32, 'must be at most 32 labels');
export type Labels = z.infer<typeof Labels>;
