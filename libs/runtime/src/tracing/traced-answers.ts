import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { questionOf } from '../service/question.js';
import { attributesOf, inSpan, partOf } from './in-span.js';

/** A span for each question that a service answers, part of the trace that came along with it. */
@Injectable()
export class TracedAnswers implements NestInterceptor {
  constructor(private readonly service: string) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { name, facts, headers } = questionOf(execution);
    // Whoever asks whether a service is there asks all the time.
    if (name === 'Ping') return next.handle();
    const { order, release, batch, unit } = facts;
    const about = {
      origin: partOf(headers?.get('traceparent'), headers?.get('tracestate')),
      kind: SpanKind.SERVER,
      attributes: { 'rpc.method': name, ...attributesOf({ release, batch, unit, command: order ?? name }) },
    };
    return from(inSpan(`${this.service}/${name}`, about, () => lastValueFrom(next.handle())));
  }
}
