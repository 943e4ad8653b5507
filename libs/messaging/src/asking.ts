import type { ClientProxy } from '@nestjs/microservices';
import { EmptyResponseException } from '@nestjs/microservices/errors/empty-response.exception.js';
import { lastValueFrom, TimeoutError, timeout } from 'rxjs';
import type { Contract } from './contract.js';
import { isServiceProblem, Rejection } from './problem.js';

/** Asks services, and turns whatever comes back into a value or a {@link Rejection}. */
export class Asking {
  /** @param timeoutMs how long an answer may take before the service counts as not there */
  constructor(
    private readonly client: ClientProxy,
    private readonly timeoutMs: number,
  ) {}

  /** @throws Rejection with what the service said, `SERVICE_UNAVAILABLE` when it said nothing, or `MESSAGE_TOO_LARGE`. */
  async ask<Request, Reply>(
    contract: Contract<Request, Reply>,
    request: Request,
    timeoutMs = this.timeoutMs,
  ): Promise<Reply> {
    try {
      return await lastValueFrom(this.client.send<Reply>(contract.subject, request).pipe(timeout(timeoutMs)));
    } catch (error) {
      throw new Rejection(this.explain(error, contract.service));
    }
  }

  private explain(error: unknown, service: string) {
    if (isServiceProblem(error)) return error;
    if (isTooLarge(error)) return { kind: 'too-large', code: 'MESSAGE_TOO_LARGE', message: TOO_LARGE } as const;
    return { kind: 'unavailable', code: 'SERVICE_UNAVAILABLE', message: silence(error, service) } as const;
  }
}

const TOO_LARGE =
  'this is more than the NATS server takes in one message, even compressed; nothing was done. An operator can raise max_payload';

/** By its words: the client has a class for wrong arguments, and none for this one. */
function isTooLarge(error: unknown): boolean {
  return error instanceof Error && error.message.includes('max_payload');
}

function silence(error: unknown, service: string): string {
  if (error instanceof EmptyResponseException)
    return `no ${service} is running; nothing was done. Try again when it is`;
  if (error instanceof TimeoutError) {
    return `the ${service} does not answer; whether it acted is not known. Ask again with the same Idempotency-Key`;
  }
  return `the ${service} cannot be reached: ${error instanceof Error ? error.message : String(error)}`;
}
