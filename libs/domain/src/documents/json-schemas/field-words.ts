import type { z } from 'zod';

/** What an editor says of the fields of a schema, for each of them. A field without a word does not compile. */
export type FieldWords = readonly [schema: z.ZodType, words: Readonly<Record<string, string>>];

/** Says something of every field of a schema. */
export function wordsOn<T>(schema: z.ZodType<T>, words: { readonly [Field in keyof T]-?: string }): FieldWords {
  return [schema, words];
}
