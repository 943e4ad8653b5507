import { z } from 'zod';
import { FIELD_MANAGER } from '../api/kubernetes-api.js';

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  observedGeneration: z.number().optional(),
  reason: z.string().default(''),
  message: z.string().default(''),
});

/** Keeps what it does not know, such as the name of a listener. */
const ParentRef = z.looseObject({
  kind: z.string().optional(),
  name: z.string(),
  namespace: z.string().optional(),
});

const ParentStatus = z.object({
  parentRef: ParentRef,
  conditions: z.array(Condition).default([]),
});
type ParentRef = z.infer<typeof ParentRef>;
export type ParentStatus = z.infer<typeof ParentStatus>;

const ManagedFields = z.object({
  manager: z.string().default(''),
  operation: z.string().default(''),
  fieldsV1: z.object({ 'f:spec': z.record(z.string(), z.unknown()).default({}) }).optional(),
});

/** What is needed of an HTTPRoute as the API server has it. */
export const LiveRoute = z.object({
  metadata: z.object({
    namespace: z.string(),
    uid: z.string().min(1),
    resourceVersion: z.string().min(1),
    /** Goes up with every change of the spec. */
    generation: z.number(),
    managedFields: z.array(ManagedFields).default([]),
  }),
  spec: z.looseObject({ parentRefs: z.array(ParentRef).optional(), rules: z.unknown().optional() }),
  status: z.object({ parents: z.array(ParentStatus).default([]) }).default({ parents: [] }),
});
export type LiveRoute = z.infer<typeof LiveRoute>;

export interface GatewayName {
  readonly name: string;
  readonly namespace: string;
}

/** Whether a reference to the parent of a route means this Gateway; without a namespace it is in `home`, the route's. */
export function isTo(gateway: GatewayName, home: string, { kind, name, namespace }: ParentRef): boolean {
  return (kind ?? 'Gateway') === 'Gateway' && name === gateway.name && (namespace ?? home) === gateway.namespace;
}

/**
 * The fields of the spec, besides the rules, that somebody applied under our name. They are gone when the next intent
 * does not hold them: a route without hostnames takes the requests of all hosts, one without parents takes none.
 */
export function foundlings({ metadata, spec }: LiveRoute): Readonly<Record<string, unknown>> {
  const ours = new Set(
    metadata.managedFields
      .filter(({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply')
      .flatMap(({ fieldsV1 }) => Object.keys(fieldsV1?.['f:spec'] ?? {})),
  );
  return Object.fromEntries(Object.entries(spec).filter(([field]) => field !== 'rules' && ours.has(`f:${field}`)));
}
