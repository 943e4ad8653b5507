import { z } from 'zod';

/** A question that a service answers: where it is asked, and what a question has to look like. */
export interface Contract<Request, Reply> {
  readonly subject: string;
  readonly service: string;
  readonly request: z.ZodType<Request>;
  /** Only a type: the reply comes from our own code. */
  readonly reply?: Reply;
}

/** Declares a contract; the reply's type is given by the caller: `contract('planner', 'PlanRelease', Schema)<Plan>()`. */
export function contract<Request>(service: string, name: string, request: z.ZodType<Request>) {
  return <Reply>(): Contract<Request, Reply> => ({ service, subject: `sluice.${service}.${name}`, request });
}

/** A question without anything in it. */
export const Nothing = z.strictObject({});

export type RequestOf<C> = C extends Contract<infer Request, unknown> ? Request : never;
export type ReplyOf<C> =
  C extends Contract<never, infer Reply> ? Reply : C extends Contract<infer _, infer Reply> ? Reply : never;

/** Who asks for a change, when it was first asked, and why. Put together by the gateway, trusted by the services. */
export const CommandMeta = z.strictObject({
  commandId: z.string().min(1).max(200),
  actor: z.strictObject({
    id: z.string().min(1).max(100),
    roles: z.array(z.string()).max(20),
    level: z.string().optional(),
  }),
  reason: z.string().min(1).max(2_000).optional(),
  /** The revision that the asker has seen; a release that has moved on is not touched. */
  expectedRevision: z.int().min(0).optional(),
  correlationId: z.string().min(1).max(200),
  traceparent: z.string().max(100).optional(),
});
export type CommandMeta = z.infer<typeof CommandMeta>;
