import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { asked, EXECUTOR, type ReleaseAnswer, type RequestOf } from '#messaging';
import { answerOf, ordererOf, ReleaseBook } from '#runtime';
import { Conductor } from '../carrying-out/conductor.js';
import { Starting } from './starting.js';

@Controller()
export class OrdersController {
  constructor(
    private readonly book: ReleaseBook,
    private readonly starting: Starting,
    private readonly conductor: Conductor,
  ) {}

  @MessagePattern(EXECUTOR.orderRelease.subject)
  async order(
    @Payload(asked(EXECUTOR.orderRelease)) request: RequestOf<typeof EXECUTOR.orderRelease>,
  ): Promise<ReleaseAnswer> {
    const { release, order, meta } = request;
    const by = ordererOf(meta);
    const outcome =
      order.type === 'start' ? await this.starting.start(release, by) : await this.book.order(release, order, by);
    this.conductor.look(release);
    return answerOf(release, outcome);
  }
}
