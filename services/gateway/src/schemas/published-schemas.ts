import { createHash } from 'node:crypto';
import { jsonSchemas } from '#domain';

/** A JSON Schema as it is served. */
export interface PublishedSchema {
  readonly name: string;
  readonly kind: string | null;
  readonly id: string;
  readonly path: string;
  readonly text: string;
  /** In quotes, as HTTP has it. */
  readonly tag: string;
}

/** All of them: they stay the same for as long as the process runs. */
export const PUBLISHED: readonly PublishedSchema[] = jsonSchemas().map(({ name, kind, schema }) => {
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  const tag = `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
  return { name, kind, id: String(schema.$id), path: `/v1/schemas/${name}.json`, text, tag };
});

/** By its name, `freeze-window`, or by the kind as documents write it, `FreezeWindow`. */
export function publishedSchema(called: string): PublishedSchema | undefined {
  return PUBLISHED.find(({ name, kind }) => name === called || kind === called);
}

/** Whether a client has this version already, by its `If-None-Match`. */
export function isKnown(tag: string, header: string | undefined): boolean {
  return (header ?? '').split(',').some((known) => known.trim().replace(/^W\//, '') === tag || known.trim() === '*');
}
