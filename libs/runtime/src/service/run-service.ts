import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { z } from 'zod';
import { type ErrorMapping, knownProblem, natsServer, ProblemReplies } from '#messaging';
import { TracedAnswers } from '../tracing/traced-answers.js';
import { natsFiles, parseConfig, type ServiceConfig } from './config.js';
import { LoggedAnswers } from './logged-answers.js';
import { createLogger, NestLog } from './logging.js';
import { MeasuredAnswers } from './measured-answers.js';
import { factsOf } from './question.js';
import { ServiceModule, storeProblem } from './service-module.js';
import { Standing } from './standing.js';

/** The part of a NATS connection that is needed here. */
interface Flushable {
  /** Resolves when the server has everything that was sent. */
  flush(): Promise<void>;
}

interface Service<Config extends ServiceConfig> {
  readonly name: string;
  readonly module: Type;
  readonly config: z.ZodType<Config>;
  /** How errors of the service's own are told to whoever asked. */
  readonly errors?: readonly ErrorMapping[];
}

/**
 * Runs one service as this process: configuration, log, NATS, its module; until a signal ends it. It listens once its
 * module has come up, recovery included.
 */
export async function runService<Config extends ServiceConfig>(service: Service<Config>): Promise<void> {
  const config = parseConfig(service.config, process.env);
  const logger = createLogger(service.name, config.LOG_LEVEL);
  const standing = await Standing.start(service.name, config);
  @Module({
    imports: [ServiceModule.of(service.name, config, logger, standing.metrics), service.module],
    // Told when the service is to end.
    providers: [{ provide: Standing, useFactory: () => standing }],
  })
  class Root {}
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(Root, {
    ...natsServer({ url: config.NATS_URL, name: service.name, files: natsFiles(config) }),
    logger: new NestLog(logger),
    abortOnError: false,
  });
  const errors = [storeProblem, ...(service.errors ?? [])];
  const unforeseen = (error: unknown, question: unknown) =>
    logger.error({ ...factsOf(question), err: error }, 'a question broke something');
  app.useGlobalFilters(new ProblemReplies(errors, unforeseen));
  const kindOf = (error: unknown) => knownProblem(error, errors)?.kind ?? 'internal';
  const measured = new MeasuredAnswers(standing.metrics, kindOf);
  app.useGlobalInterceptors(new TracedAnswers(service.name), new LoggedAnswers(logger, errors), measured);
  app.status.subscribe((status) => standing.reachable(status === 'connected'));
  app.enableShutdownHooks();
  await app.listen();
  // Its subscriptions have been sent; whoever asks once it says that it is ready has to be heard.
  await app.unwrap<Flushable>().flush();
  standing.ready();
  logger.info('ready');
}

/** For a service's `main.ts`: whatever keeps it from starting is said in one line, and the process ends. */
export function main(service: string, run: () => Promise<void>): void {
  run().catch((error: unknown) => {
    createLogger(service, 'info').fatal({ err: error }, error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
    setTimeout(() => process.exit(1), 200).unref();
  });
}
