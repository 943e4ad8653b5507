import { Controller, Param, UseInterceptors } from '@nestjs/common';
import { Asking, EXECUTOR, OBSERVER, PLANNER, type ReleaseAnswer, type RequestOf } from '#messaging';
import { Command } from '../commands/command.decorator.js';
import { type CommandRequest, commandMeta } from '../commands/command-meta.js';
import { At, CommandBody } from '../endpoints/decorators.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import {
  Approval,
  Confirmation,
  IntervalChange,
  Reasoned,
  Retry,
  Rollback,
  WithReason,
} from '../endpoints/requests.js';
import { RevisionTag } from './revision-tag.js';

type PlannerOrder = RequestOf<typeof PLANNER.orderRelease>;
type ExecutorOrder = RequestOf<typeof EXECUTOR.orderRelease>;
type Answer = Promise<ReleaseAnswer>;

/** What people order a release to do. Whether it may is for the domain to say. */
@Controller()
@UseInterceptors(RevisionTag)
export class OrdersController {
  constructor(private readonly asking: Asking) {}

  @At(ENDPOINTS.approveRelease)
  approve(@Param('id') release: string, @CommandBody(Approval) body: Approval, @Command() by: CommandRequest): Answer {
    const { decision, digest, reason } = body;
    const order = decision === 'approve' ? { type: decision, digest } : { type: decision };
    return this.planner({ release, order, meta: commandMeta(by, reason) });
  }

  @At(ENDPOINTS.withdrawRelease)
  withdraw(@Param('id') release: string, @CommandBody(Reasoned) body: Reasoned, @Command() by: CommandRequest): Answer {
    return this.planner({ release, order: { type: 'withdraw' }, meta: commandMeta(by, body.reason) });
  }

  @At(ENDPOINTS.startRelease)
  start(@Param('id') release: string, @CommandBody(Reasoned) body: Reasoned, @Command() by: CommandRequest): Answer {
    return this.executor({ release, order: { type: 'start' }, meta: commandMeta(by, body.reason) });
  }

  @At(ENDPOINTS.pauseRelease)
  pause(@Param('id') release: string, @CommandBody(Reasoned) body: Reasoned, @Command() by: CommandRequest): Answer {
    return this.executor({ release, order: { type: 'pause' }, meta: commandMeta(by, body.reason) });
  }

  @At(ENDPOINTS.resumeRelease)
  resume(@Param('id') release: string, @CommandBody(Reasoned) body: Reasoned, @Command() by: CommandRequest): Answer {
    return this.executor({ release, order: { type: 'resume' }, meta: commandMeta(by, body.reason) });
  }

  @At(ENDPOINTS.abortRelease)
  abort(
    @Param('id') release: string,
    @CommandBody(WithReason) body: WithReason,
    @Command() by: CommandRequest,
  ): Answer {
    return this.executor({ release, order: { type: 'abort' }, meta: commandMeta(by, body.reason) });
  }

  @At(ENDPOINTS.changeInterval)
  changeInterval(
    @Param('id') release: string,
    @CommandBody(IntervalChange) { batch, to, reason }: IntervalChange,
    @Command() by: CommandRequest,
  ): Answer {
    return this.executor({ release, order: { type: 'change-interval', batch, to }, meta: commandMeta(by, reason) });
  }

  @At(ENDPOINTS.rollBackRelease)
  rollBack(@Param('id') release: string, @CommandBody(Rollback) body: Rollback, @Command() by: CommandRequest): Answer {
    const order = { type: 'roll-back', ...(body.batch ? { batch: body.batch } : {}) } as const;
    return this.executor({ release, order, meta: commandMeta(by, body.reason) });
  }

  @At(ENDPOINTS.retryUnit)
  retry(
    @Param('id') release: string,
    @CommandBody(Retry) { unit, reason }: Retry,
    @Command() by: CommandRequest,
  ): Answer {
    return this.executor({ release, order: { type: 'retry-unit', unit }, meta: commandMeta(by, reason) });
  }

  @At(ENDPOINTS.confirmBatch)
  confirm(
    @Param('id') release: string,
    @CommandBody(Confirmation) { batch, seen }: Confirmation,
    @Command() by: CommandRequest,
  ): Answer {
    const order = { type: 'confirm', batch, seen } as const;
    return this.asking.ask(OBSERVER.orderRelease, { release, order, meta: commandMeta(by) });
  }

  private planner(request: PlannerOrder): Answer {
    return this.asking.ask(PLANNER.orderRelease, request);
  }

  private executor(request: ExecutorOrder): Answer {
    return this.asking.ask(EXECUTOR.orderRelease, request);
  }
}
