import type { MsgHdrs } from '@nats-io/transport-node';
import type { ExecutionContext } from '@nestjs/common';
import type { NatsContext } from '@nestjs/microservices';
import { z } from 'zod';
import { CommandMeta } from '#messaging';

/** As much of a question as a log may show: who asks for what, never what is in a document. */
const Asked = z.object({
  release: z.string().optional().catch(undefined),
  order: z
    .object({ type: z.string(), batch: z.string().optional(), unit: z.string().optional() })
    .optional()
    .catch(undefined),
  meta: CommandMeta.optional().catch(undefined),
});

/** What is known of a question that a service was asked. */
export interface QuestionFacts {
  readonly release?: string;
  readonly batch?: string;
  readonly unit?: string;
  readonly order?: string;
  readonly actor?: string;
  readonly commandId?: string;
  readonly correlationId?: string;
}

/** A question as it came over NATS. */
export interface Question {
  /** `OrderRelease`: the last part of its subject. */
  readonly name: string;
  readonly facts: QuestionFacts;
  /** Whether it is to change something. */
  readonly isCommand: boolean;
  readonly headers: MsgHdrs | undefined;
}

/** The question that a handler is about to answer. */
export function questionOf(execution: ExecutionContext): Question {
  const rpc = execution.switchToRpc();
  const message = rpc.getContext<NatsContext>();
  const facts = factsOf(rpc.getData());
  const headers = message.getHeaders() as MsgHdrs | undefined;
  return {
    name: message.getSubject().split('.').at(-1) ?? '',
    facts,
    isCommand: facts.commandId !== undefined,
    headers,
  };
}

/** What the data of a question says of itself; nothing when it is not well formed. */
export function factsOf(data: unknown): QuestionFacts {
  const { release, order, meta } = Asked.safeParse(data).data ?? {};
  return {
    ...(release === undefined ? {} : { release }),
    ...(order?.batch === undefined ? {} : { batch: order.batch }),
    ...(order?.unit === undefined ? {} : { unit: order.unit }),
    ...(order ? { order: order.type } : {}),
    ...(meta ? { actor: meta.actor.id, commandId: meta.commandId, correlationId: meta.correlationId } : {}),
  };
}
