import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { z } from 'zod';
import { type ErrorMapping, knownProblem } from '#messaging';
import type { Logger } from './logging.js';
import { type Question, questionOf } from './question.js';

/** What an answer about a release tells of it. */
const ReleaseTold = z.object({ id: z.string(), state: z.string(), revision: z.number() });

/** One line for each question answered: commands are news, other questions are not. */
@Injectable()
export class LoggedAnswers implements NestInterceptor {
  constructor(
    private readonly logger: Logger,
    private readonly mappings: readonly ErrorMapping[],
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const question = questionOf(execution);
    if (question.name === 'Ping') return next.handle();
    return from(this.answer(question, next));
  }

  private async answer(question: Question, next: CallHandler): Promise<unknown> {
    const began = performance.now();
    try {
      const answer: unknown = await lastValueFrom(next.handle());
      this.say(question, began, { outcome: 'done', ...releaseIn(answer) });
      return answer;
    } catch (error) {
      this.say(question, began, { outcome: knownProblem(error, this.mappings)?.code ?? 'INTERNAL' });
      throw error;
    }
  }

  private say({ name, facts, isCommand }: Question, began: number, end: object): void {
    const ms = Math.round(performance.now() - began);
    this.logger[isCommand ? 'info' : 'debug']({ command: name, ...facts, ...end, ms }, 'answered');
  }
}

function releaseIn(answer: unknown): object {
  const { data } = ReleaseTold.safeParse(answer);
  return data ? { release: data.id, state: data.state, revision: data.revision } : {};
}
