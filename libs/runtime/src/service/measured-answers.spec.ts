import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import { Registry } from 'prom-client';
import {
  Asking,
  asked,
  EXECUTOR,
  knownProblem,
  natsClient,
  natsServer,
  ProblemReplies,
  Rejection,
  type ReleaseAnswer,
  type RequestOf,
} from '#messaging';
import { type NatsServer, startNats } from '#testing';
import { MeasuredAnswers } from './measured-answers.js';

type OrderRelease = RequestOf<typeof EXECUTOR.orderRelease>;

/** Starts whatever it is asked to, refuses what it is to stop, and breaks at the rest. */
@Controller()
class Orders {
  @MessagePattern(EXECUTOR.orderRelease.subject)
  order(@Payload(asked(EXECUTOR.orderRelease)) { release, order }: OrderRelease): ReleaseAnswer {
    if (order.type === 'start') return { id: release, state: 'running', revision: 1 };
    if (order.type === 'abort') throw new Rejection({ kind: 'refused', code: 'WRONG_STATE', message: 'it has ended' });
    throw new Error('broken inside');
  }
}

@Module({ controllers: [Orders] })
class Service {}

let nats: NatsServer;
const metrics = new Registry();
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  nats = await startNats();
  ends.push(() => nats.stop());
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(Service, {
    ...natsServer({ url: nats.url, name: 'executor' }),
    logger: false,
  });
  app.useGlobalFilters(new ProblemReplies([]));
  app.useGlobalInterceptors(new MeasuredAnswers(metrics, (error) => knownProblem(error, [])?.kind ?? 'internal'));
  await app.listen();
  ends.push(() => app.close());
});

afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

it('tells orders by type and by what came of them; what is no order makes no series of its own', async () => {
  const client = ClientProxyFactory.create(natsClient({ url: nats.url, name: 'spec' }));
  ends.push(() => client.close());
  const asking = new Asking(client, 5_000);
  const meta = { commandId: 'c1', actor: { id: 'ada', roles: [] }, correlationId: 'c1' };
  const order = (type: string) =>
    asking.ask(EXECUTOR.orderRelease, { meta, release: 'r1', order: { type } } as OrderRelease);

  await order('start');
  await order('start');
  await expect(order('abort')).rejects.toMatchObject({ problem: { kind: 'refused' } });
  await expect(order('pause')).rejects.toMatchObject({ problem: { kind: 'internal' } });
  await expect(order('x'.repeat(50))).rejects.toMatchObject({ problem: { kind: 'invalid' } });

  const text = await metrics.metrics();
  const counted = [...text.matchAll(/^sluice_command_duration_seconds_count(.*)$/gm)].map(([, line]) => line);
  expect(counted.sort()).toEqual([
    '{command="OrderRelease",outcome="invalid"} 1',
    '{command="OrderRelease.abort",outcome="refused"} 1',
    '{command="OrderRelease.pause",outcome="internal"} 1',
    '{command="OrderRelease.start",outcome="done"} 2',
  ]);
});
