import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ABSENT } from '#domain';
import { asked, OBSERVER, type ReleaseAnswer, type RequestOf } from '#messaging';
import { answerOf, ordererOf, ReleaseBook } from '#runtime';
import { WatchMetrics } from '../watching/watch-metrics.js';

/** The second look of a person. */
@Controller()
export class ConfirmationsController {
  constructor(
    private readonly book: ReleaseBook,
    private readonly metrics: WatchMetrics,
  ) {}

  @MessagePattern(OBSERVER.orderRelease.subject)
  async confirm(
    @Payload(asked(OBSERVER.orderRelease)) request: RequestOf<typeof OBSERVER.orderRelease>,
  ): Promise<ReleaseAnswer> {
    const { release, order, meta } = request;
    const outcome = await this.book.order(release, order, ordererOf(meta));
    this.metrics.count(outcome, this.book.known(release)?.state ?? ABSENT);
    return answerOf(release, outcome);
  }
}
