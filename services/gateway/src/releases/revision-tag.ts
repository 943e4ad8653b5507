import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';

interface HasRevision {
  readonly revision: number;
}

/** Says the revision of what is answered in its `ETag`, for `If-Match` of the next command. */
@Injectable()
export class RevisionTag<Answer extends HasRevision> implements NestInterceptor<Answer, Answer> {
  intercept(context: ExecutionContext, next: CallHandler<Answer>): Observable<Answer> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer) => {
        reply.header('etag', `"${answer.revision}"`);
        return answer;
      }),
    );
  }
}
