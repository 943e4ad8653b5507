import { Controller, Header, HttpStatus, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Registry } from 'prom-client';
import { METRICS } from '#runtime';
import type { Readiness as ReadinessAnswer } from '../endpoints/audit-replies.js';
import { At } from '../endpoints/decorators.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import { HttpMetrics } from '../metrics/http-metrics.js';
import { OPEN_API } from '../openapi/open-api.js';
import { Readiness } from './readiness.js';

/** For whoever runs the gateway. */
@Controller()
export class OperationsController {
  constructor(
    private readonly readiness: Readiness,
    private readonly httpMetrics: HttpMetrics,
    @Inject(METRICS) private readonly process: Registry,
  ) {}

  @At(ENDPOINTS.health)
  health(): { up: true } {
    return { up: true };
  }

  @At(ENDPOINTS.readiness)
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessAnswer> {
    const answer = await this.readiness.check();
    if (!answer.ready) reply.code(HttpStatus.SERVICE_UNAVAILABLE).header('retry-after', '1');
    return answer;
  }

  @At(ENDPOINTS.metrics)
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async metrics(): Promise<string> {
    return `${this.httpMetrics.render()}${await this.process.metrics()}`;
  }

  @At(ENDPOINTS.openApi)
  openApi(): typeof OPEN_API {
    return OPEN_API;
  }
}
