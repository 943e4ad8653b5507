import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  Injectable,
  Logger,
  type PipeTransform,
} from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import type { z } from 'zod';
import type { Contract } from './contract.js';
import { Rejection, type ServiceProblem } from './problem.js';

/** Checks a question against its contract before the handler sees it: `@Payload(asked(PLANNER.submitRelease))`. */
export function asked<Request>(contract: Contract<Request, unknown>): PipeTransform<unknown, Request> {
  return new AskedPipe(contract.request);
}

@Injectable()
class AskedPipe<Request> implements PipeTransform<unknown, Request> {
  constructor(private readonly schema: z.ZodType<Request>) {}

  transform(value: unknown): Request {
    const parsed = this.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const errors = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
    throw new Rejection({
      kind: 'invalid',
      code: 'INVALID_REQUEST',
      message: 'the request is not well formed',
      errors,
    });
  }
}

/** What a thrown error is to whoever asked. Null: not known here. */
export type ErrorMapping = (error: unknown) => ServiceProblem | null;

/** What a thrown error is to whoever asked; null for what nobody foresaw. */
export function knownProblem(error: unknown, mappings: readonly ErrorMapping[]): ServiceProblem | null {
  if (error instanceof Rejection) return error.problem;
  for (const mapping of mappings) {
    const problem = mapping(error);
    if (problem) return problem;
  }
  return null;
}

const INTERNAL: ServiceProblem = {
  kind: 'internal',
  code: 'INTERNAL',
  message: 'something broke inside; the log of the service says what',
};

/** The one place where errors become replies. What nobody foresaw is logged whole and told as `INTERNAL` without a word of it. */
@Catch()
export class ProblemReplies implements ExceptionFilter {
  /** @param unforeseen logs an error that nobody foresaw, with the question that brought it about */
  constructor(
    private readonly mappings: readonly ErrorMapping[],
    private readonly unforeseen: (error: unknown, question: unknown) => void = logUnforeseen,
  ) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> {
    const known = knownProblem(error, this.mappings);
    if (!known) this.unforeseen(error, host.switchToRpc().getData());
    return throwError(() => known ?? INTERNAL);
  }
}

function logUnforeseen(error: unknown): void {
  new Logger(ProblemReplies.name).error(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
