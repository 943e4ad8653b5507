import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { asked, EXECUTOR, type ReleaseAnswer, type RequestOf } from '#messaging';
import { answerOf, type Orderer, type Outcome, ordererOf, ReleaseBook } from '#runtime';
import { Conductor } from '../carrying-out/conductor.js';
import { Starting } from './starting.js';

type Order = RequestOf<typeof EXECUTOR.orderRelease>['order'];

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
    const outcome = await this.carryOut(release, order, by);
    this.conductor.look(release);
    return answerOf(release, outcome);
  }

  private carryOut(release: string, order: Order, by: Orderer): Promise<Outcome> {
    switch (order.type) {
      case 'start':
        return this.starting.start(release, by);
      case 'roll-back':
        return this.starting.rollBack(release, order, by);
      default:
        return this.book.order(release, order, by);
    }
  }
}
