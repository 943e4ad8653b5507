import { Body, Controller, Inject, Param, Res, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ReleaseView } from '#domain';
import { Asking, AUDIT, PLANNER, type PlanPreview, type ReplyOf, type SubmissionAnswer } from '#messaging';
import { CONFIG } from '#runtime';
import { Command } from '../commands/command.decorator.js';
import { type CommandRequest, commandMeta } from '../commands/command-meta.js';
import type { GatewayConfig } from '../config.js';
import { planDocuments } from '../documents/plan-documents.js';
import { withDocument } from '../documents/sent-document.js';
import { At, CheckedQuery } from '../endpoints/decorators.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import { PlanQuery, ReleasesQuery } from '../endpoints/requests.js';
import { RevisionTag } from './revision-tag.js';

/** Releases: previewed, submitted, listed, shown. */
@Controller()
export class ReleasesController {
  constructor(
    private readonly asking: Asking,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @At(ENDPOINTS.planRelease)
  plan(@Body() body: unknown, @CheckedQuery(PlanQuery) query: PlanQuery): Promise<PlanPreview> {
    return withDocument('release', body, (document) =>
      this.asking.ask(PLANNER.planRelease, { ...planDocuments(document), ...query }, this.config.DOCUMENT_TIMEOUT_MS),
    );
  }

  @At(ENDPOINTS.submitRelease)
  @UseInterceptors(RevisionTag)
  async submit(
    @Body() body: unknown,
    @Command() command: CommandRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubmissionAnswer> {
    const meta = commandMeta(command);
    const answer = await withDocument('release', body, (document) =>
      this.asking.ask(PLANNER.submitRelease, { meta, document }, this.config.DOCUMENT_TIMEOUT_MS),
    );
    reply.header('location', `/v1/releases/${encodeURIComponent(answer.id)}`);
    return answer;
  }

  @At(ENDPOINTS.listReleases)
  list(@CheckedQuery(ReleasesQuery) query: ReleasesQuery): Promise<ReplyOf<typeof AUDIT.listReleases>> {
    return this.asking.ask(AUDIT.listReleases, query);
  }

  @At(ENDPOINTS.getRelease)
  @UseInterceptors(RevisionTag)
  get(@Param('id') release: string): Promise<ReleaseView> {
    return this.asking.ask(PLANNER.getRelease, { release });
  }
}
