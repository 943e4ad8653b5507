import { Controller, Inject, Param } from '@nestjs/common';
import { Asking, AUDIT, type IntegrityReport, type ReleaseStory, type ReplyOf, type UnitHistory } from '#messaging';
import { CONFIG } from '#runtime';
import { Command } from '../commands/command.decorator.js';
import { type CommandRequest, commandMeta } from '../commands/command-meta.js';
import type { GatewayConfig } from '../config.js';
import { At, CheckedQuery, CommandBody } from '../endpoints/decorators.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import { ActorQuery, IntegrityQuery, Reasoned, ReleaseStoryQuery, UnitQuery } from '../endpoints/requests.js';

/** Who did what, when, why, and whether the log can be trusted. */
@Controller()
export class AuditController {
  constructor(
    private readonly asking: Asking,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @At(ENDPOINTS.auditRelease)
  release(
    @Param('id') release: string,
    @CheckedQuery(ReleaseStoryQuery) query: ReleaseStoryQuery,
  ): Promise<ReleaseStory> {
    return this.asking.ask(AUDIT.auditRelease, { release, ...query });
  }

  @At(ENDPOINTS.auditUnit)
  unit(@Param('id') unit: string, @CheckedQuery(UnitQuery) query: UnitQuery): Promise<UnitHistory> {
    return this.asking.ask(AUDIT.auditUnit, { unit, ...query });
  }

  @At(ENDPOINTS.auditActor)
  actor(
    @Param('id') actor: string,
    @CheckedQuery(ActorQuery) query: ActorQuery,
  ): Promise<ReplyOf<typeof AUDIT.auditActor>> {
    return this.asking.ask(AUDIT.auditActor, { actor, ...query });
  }

  @At(ENDPOINTS.checkIntegrity)
  integrity(@CheckedQuery(IntegrityQuery) query: IntegrityQuery): Promise<IntegrityReport> {
    return this.asking.ask(AUDIT.checkIntegrity, query, this.config.LOG_TIMEOUT_MS);
  }

  @At(ENDPOINTS.rebuildAudit)
  rebuild(
    @CommandBody(Reasoned) { reason }: Reasoned,
    @Command() command: CommandRequest,
  ): Promise<ReplyOf<typeof AUDIT.rebuild>> {
    const meta = commandMeta(command, reason);
    return this.asking.ask(AUDIT.rebuild, { meta }, this.config.LOG_TIMEOUT_MS);
  }
}
