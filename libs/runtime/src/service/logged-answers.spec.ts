import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientProxy,
  ClientProxyFactory,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
} from '@nestjs/microservices';
import { Asking, asked, EXECUTOR, natsClient, natsServer, ProblemReplies, Rejection, type RequestOf } from '#messaging';
import { type NatsServer, startNats } from '#testing';
import { LoggedAnswers } from './logged-answers.js';
import { createLogger } from './logging.js';
import { factsOf } from './question.js';

type Order = RequestOf<typeof EXECUTOR.orderRelease>;

@Controller()
class Orders {
  @MessagePattern(EXECUTOR.ping.subject)
  ping(): { service: string } {
    return { service: 'executor' };
  }

  @MessagePattern(EXECUTOR.orderRelease.subject)
  order(@Payload(asked(EXECUTOR.orderRelease)) { release, order }: Order) {
    if (order.type === 'abort') throw new Rejection({ kind: 'refused', code: 'WRONG_STATE', message: 'it is over' });
    if (order.type === 'pause') throw new Error('a defect');
    return { id: release, state: 'running', revision: 7 };
  }
}

@Module({ controllers: [Orders] })
class Service {}

let nats: NatsServer;
let service: INestMicroservice;
let client: ClientProxy;
const log = new PassThrough();

beforeAll(async () => {
  nats = await startNats();
  const logger = createLogger('executor', 'debug', log);
  service = await NestFactory.createMicroservice<MicroserviceOptions>(Service, {
    ...natsServer({ url: nats.url, name: 'executor' }),
    logger: false,
  });
  const unforeseen = (err: unknown, question: unknown) => logger.error({ ...factsOf(question), err }, 'broken');
  service.useGlobalFilters(new ProblemReplies([], unforeseen));
  service.useGlobalInterceptors(new LoggedAnswers(logger, []));
  await service.listen();
  client = ClientProxyFactory.create(natsClient({ url: nats.url, name: 'gateway' }));
});

afterAll(async () => {
  await client?.close();
  await service?.close();
  await nats?.stop();
});

/** What the service has logged of one order, and what it answered. */
async function order(type: 'roll-back' | 'abort' | 'pause', facts: object = {}) {
  const meta = { commandId: 'c-1', actor: { id: 'ada', roles: ['operator'] }, correlationId: 'x-1' };
  const request = { release: 'checkout-1', order: { type, ...facts }, meta } as Order;
  const answer = await new Asking(client, 10_000)
    .ask(EXECUTOR.orderRelease, request)
    .catch((error: Rejection) => error.problem.code);
  const lines = String((log.read() as Buffer | null) ?? '').split('\n');
  return { answer, lines: lines.filter(Boolean).map((line) => JSON.parse(line) as object) };
}

const ASKED = {
  command: 'OrderRelease',
  release: 'checkout-1',
  actor: 'ada',
  commandId: 'c-1',
  correlationId: 'x-1',
  ms: expect.any(Number),
};

describe('the line of a question that was answered', () => {
  it('says who ordered what of which release, and what it is now', async () => {
    expect(await order('roll-back', { batch: 'eu-1.1' })).toEqual({
      answer: { id: 'checkout-1', state: 'running', revision: 7 },
      lines: [
        expect.objectContaining({
          ...ASKED,
          level: 'info',
          order: 'roll-back',
          batch: 'eu-1.1',
          outcome: 'done',
          state: 'running',
          revision: 7,
        }),
      ],
    });
  });

  it('says why it was refused', async () => {
    expect(await order('abort')).toEqual({
      answer: 'WRONG_STATE',
      lines: [expect.objectContaining({ ...ASKED, level: 'info', order: 'abort', outcome: 'WRONG_STATE' })],
    });
  });

  it('says what nobody foresaw, whole, with the release that it was about', async () => {
    expect(await order('pause')).toEqual({
      answer: 'INTERNAL',
      lines: [
        expect.objectContaining({ ...ASKED, outcome: 'INTERNAL' }),
        expect.objectContaining({
          level: 'error',
          release: 'checkout-1',
          correlationId: 'x-1',
          err: expect.objectContaining({ message: 'a defect', stack: expect.stringContaining('a defect') }),
        }),
      ],
    });
  });

  it('says nothing of those who ask whether it is there', async () => {
    expect(await new Asking(client, 10_000).ask(EXECUTOR.ping, {})).toEqual({ service: 'executor' });
    expect(log.read()).toBeNull();
  });
});
