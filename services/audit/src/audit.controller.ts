import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { AUDIT, asked, type ReplyOf, type RequestOf } from '#messaging';
import { CLOCK, type Clock, iso, LOGGER, type Logger } from '#runtime';
import { Integrity } from './integrity/integrity.js';
import { Projection } from './projection/projection.js';
import { auditActor } from './questions/audit-actor.js';
import { auditRelease } from './questions/audit-release.js';
import { auditUnit } from './questions/audit-unit.js';
import { listReleases } from './questions/list-releases.js';
import { ReadSide } from './questions/read-side.js';

type Audit = typeof AUDIT;
type Answer<Name extends keyof Audit> = Promise<ReplyOf<Audit[Name]>>;

@Controller()
export class AuditController {
  constructor(
    private readonly readSide: ReadSide,
    private readonly projection: Projection,
    private readonly integrity: Integrity,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @MessagePattern(AUDIT.listReleases.subject)
  listReleases(@Payload(asked(AUDIT.listReleases)) request: RequestOf<Audit['listReleases']>): Answer<'listReleases'> {
    return this.readSide.ask((database) => listReleases(database, request));
  }

  @MessagePattern(AUDIT.auditRelease.subject)
  auditRelease(@Payload(asked(AUDIT.auditRelease)) request: RequestOf<Audit['auditRelease']>): Answer<'auditRelease'> {
    return this.readSide.ask((database) => auditRelease(database, request));
  }

  @MessagePattern(AUDIT.auditUnit.subject)
  auditUnit(@Payload(asked(AUDIT.auditUnit)) request: RequestOf<Audit['auditUnit']>): Answer<'auditUnit'> {
    return this.readSide.ask((database) => auditUnit(database, request, iso(this.clock.now())));
  }

  @MessagePattern(AUDIT.auditActor.subject)
  auditActor(@Payload(asked(AUDIT.auditActor)) request: RequestOf<Audit['auditActor']>): Answer<'auditActor'> {
    return this.readSide.ask((database) => auditActor(database, request));
  }

  @MessagePattern(AUDIT.checkIntegrity.subject)
  checkIntegrity(
    @Payload(asked(AUDIT.checkIntegrity)) { release }: RequestOf<Audit['checkIntegrity']>,
  ): Answer<'checkIntegrity'> {
    return release === undefined ? this.integrity.checkAll() : this.integrity.checkRelease(release);
  }

  @MessagePattern(AUDIT.rebuild.subject)
  rebuild(@Payload(asked(AUDIT.rebuild)) { meta }: RequestOf<Audit['rebuild']>): Answer<'rebuild'> {
    this.logger.warn({ actor: meta.actor.id, reason: meta.reason }, 'the read models are to be made again');
    return this.projection.rebuild();
  }
}
