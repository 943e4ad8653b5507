import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { NatsContext } from '@nestjs/microservices';
import { Histogram, type Registry } from 'prom-client';
import { type Observable, tap } from 'rxjs';
import { z } from 'zod';
import type { ProblemKind } from '#messaging';

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const Ordered = z.object({ order: z.object({ type: z.string() }) });

/**
 * How long a service takes to answer, by what it was asked and by what the answer was: `done`, or the kind of the
 * problem. An order on a release is named with its type: `OrderRelease.start`.
 */
export class MeasuredAnswers implements NestInterceptor {
  private readonly answers: Histogram<'command' | 'outcome'>;

  /** @param kindOf what sort of problem an error is told as */
  constructor(
    metrics: Registry,
    private readonly kindOf: (error: unknown) => ProblemKind,
  ) {
    this.answers = new Histogram({
      name: 'sluice_command_duration_seconds',
      help: 'How long it took to answer a command or a question, by what came of it.',
      labelNames: ['command', 'outcome'],
      buckets: SECONDS,
      registers: [metrics],
    });
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const end = this.answers.startTimer();
    const asked = context.switchToRpc();
    const name = nameIn(asked.getContext<NatsContext>().getSubject());
    return next.handle().pipe(
      tap({
        complete: () => end({ command: commandOf(name, asked.getData()), outcome: 'done' }),
        error: (error: unknown) => {
          const outcome = this.kindOf(error);
          // What is not well formed may hold any text as its type, and would make a series of each.
          end({ command: outcome === 'invalid' ? name : commandOf(name, asked.getData()), outcome });
        },
      }),
    );
  }
}

/** `sluice.executor.OrderRelease` is asked of the executor, which need not be said again. */
function nameIn(subject: string): string {
  return subject.slice(subject.lastIndexOf('.') + 1);
}

function commandOf(name: string, data: unknown): string {
  const ordered = Ordered.safeParse(data);
  return ordered.success ? `${name}.${ordered.data.order.type}` : name;
}
