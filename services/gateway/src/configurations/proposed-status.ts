import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { ConfigurationAnswer } from '#messaging';

/** What is proposed was taken, and is not there yet: 202 and not 201. */
@Injectable()
export class ProposedStatus implements NestInterceptor<ConfigurationAnswer, ConfigurationAnswer> {
  intercept(context: ExecutionContext, next: CallHandler<ConfigurationAnswer>): Observable<ConfigurationAnswer> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer) => {
        if (answer.proposal) reply.status(202);
        return answer;
      }),
    );
  }
}
