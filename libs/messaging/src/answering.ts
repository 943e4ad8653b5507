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
import { type ProblemKind, Rejection, type ServiceProblem } from './problem.js';

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

/** The one place where errors become replies. What nobody foresaw is logged whole and told as `INTERNAL` without a word of it. */
@Catch()
export class ProblemReplies implements ExceptionFilter {
  private readonly logger = new Logger(ProblemReplies.name);

  constructor(private readonly mappings: readonly ErrorMapping[]) {}

  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    const problem = this.foreseen(error) ?? this.unforeseen(error);
    return throwError(() => problem);
  }

  /** What sort of problem an error is told as. */
  kindOf(error: unknown): ProblemKind {
    return this.foreseen(error)?.kind ?? 'internal';
  }

  private foreseen(error: unknown): ServiceProblem | null {
    if (error instanceof Rejection) return error.problem;
    for (const mapping of this.mappings) {
      const problem = mapping(error);
      if (problem) return problem;
    }
    return null;
  }

  private unforeseen(error: unknown): ServiceProblem {
    this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { kind: 'internal', code: 'INTERNAL', message: 'something broke inside; the log of the service says what' };
  }
}
