import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { type Logger, NestLog, ServiceModule, Tracing } from '#runtime';
import { guard } from './access/door.js';
import { TokenBook } from './access/token-book.js';
import type { GatewayConfig } from './config.js';
import { GatewayModule } from './gateway.module.js';
import { createAdapter } from './http/adapter.js';
import { sayFarewell } from './http/farewell.js';
import { prepare } from './http/prepare.js';
import { logRequests } from './http/request-log.js';
import { traceRequests } from './http/request-trace.js';
import { HttpMetrics } from './metrics/http-metrics.js';
import { OPEN_API } from './openapi/open-api.js';
import { ProblemFilter } from './problems/problem-filter.js';

const DOCS = '/docs';

/** The gateway, ready to listen. */
export async function createGateway(config: GatewayConfig, logger: Logger): Promise<NestFastifyApplication> {
  const metrics = new Registry();
  metrics.setDefaultLabels({ service: 'gateway' });
  collectDefaultMetrics({ register: metrics });
  @Module({ imports: [ServiceModule.of('gateway', config, logger, metrics), GatewayModule] })
  class Root {}
  const app = await NestFactory.create<NestFastifyApplication>(Root, createAdapter(), {
    logger: new NestLog(logger),
    abortOnError: false,
    bodyParser: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  prepare(fastify);
  sayFarewell(fastify);
  if (app.get(Tracing).on) traceRequests(fastify);
  logRequests(fastify, logger);
  app.get(HttpMetrics).observe(fastify);
  guard(fastify, app.get(TokenBook), [DOCS]);
  app.useGlobalFilters(new ProblemFilter(logger));
  SwaggerModule.setup(DOCS, app, OPEN_API, { raw: false, customSiteTitle: 'Sluice' });
  return app;
}
