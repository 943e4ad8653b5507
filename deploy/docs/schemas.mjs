import { jsonSchemas } from '#domain';

/**
 * The files under docs/reference/schemas: what they are called, from the root of the repository, and what is in them.
 * @returns {Map<string, string>}
 */
export function files() {
  return new Map(
    jsonSchemas().map(({ name, schema }) => [
      `docs/reference/schemas/${name}.schema.json`,
      `${JSON.stringify(schema, null, 2)}\n`,
    ]),
  );
}
