import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { asked, OBSERVER, type ReleaseAnswer, type RequestOf } from '#messaging';
import { answerOf, ordererOf, ReleaseBook } from '#runtime';

/** The second look of a person. */
@Controller()
export class ConfirmationsController {
  constructor(private readonly book: ReleaseBook) {}

  @MessagePattern(OBSERVER.orderRelease.subject)
  async confirm(
    @Payload(asked(OBSERVER.orderRelease)) request: RequestOf<typeof OBSERVER.orderRelease>,
  ): Promise<ReleaseAnswer> {
    const { release, order, meta } = request;
    return answerOf(release, await this.book.order(release, order, ordererOf(meta)));
  }
}
