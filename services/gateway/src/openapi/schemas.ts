import { z } from 'zod';
import { Cluster, Environment, EnvironmentSpec, FreezeWindow, Policy, Release, Topology } from '#domain';
import * as auditReplies from '../endpoints/audit-replies.js';
import * as replies from '../endpoints/replies.js';
import {
  Approval,
  Confirmation,
  IntervalChange,
  PlanRequest,
  ProposalWord,
  Reasoned,
  Retry,
  Rollback,
  WithReason,
} from '../endpoints/requests.js';

/** Schemas by their names in the description. */
const NAMED = {
  Topology,
  Cluster,
  Policy,
  Environment,
  EnvironmentSpec,
  FreezeWindow,
  Release,
  PlanRequest,
  ProposalWord,
  Approval,
  Confirmation,
  IntervalChange,
  Retry,
  Rollback,
  Reasoned,
  WithReason,
  ...replies,
  ...auditReplies,
} as const satisfies Record<string, z.ZodType>;

const PREFIX = '#/components/schemas/';

const names = new Map<z.ZodType, string>(Object.entries(NAMED).map(([name, schema]) => [schema, name]));

export type JsonSchema = Record<string, unknown>;

/** All of them as JSON Schema, referring to each other by name. It shows what is sent: what has a default may be left out. */
export function componentSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of names) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `${PREFIX}${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutIdentity(schema)]));
}

/** A schema where it is used: by its name. */
export function referenceTo(schema: z.ZodType): JsonSchema {
  const name = names.get(schema);
  if (name === undefined) throw new Error('a schema that is shown needs a name in openapi/schemas.ts');
  return { $ref: `${PREFIX}${name}` };
}

/** The fields of a query, one by one. */
export function fieldsOf(query: z.ZodObject): [name: string, schema: JsonSchema][] {
  const { properties = {} } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties as Record<string, JsonSchema>);
}

/** The document says once for all of them which dialect they are in. */
function withoutIdentity({ $schema: _, $id: __, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
