import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type NatsConnection, PermissionViolationError, RequestError } from '@nats-io/transport-node';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type ClientProxy, ClientProxyFactory, MessagePattern, type NatsOptions } from '@nestjs/microservices';
import { Asking, AUDIT, EXECUTOR, natsClient, natsServer, OBSERVER, PLANNER } from '#messaging';
import { until } from '#testing';
import { NatsCluster, type User } from './nats-cluster.spec-support.js';

const ASKED = { planner: PLANNER.ping, executor: EXECUTOR.ping, observer: OBSERVER.ping, audit: AUDIT.ping } as const;
type Asked = keyof typeof ASKED;
const NAMES = Object.keys(ASKED) as Asked[];
const START_MS = 60_000;

let cluster: NatsCluster;
const connections: NatsConnection[] = [];
const services: INestMicroservice[] = [];
const clients: ClientProxy[] = [];

beforeAll(async () => {
  cluster = await NatsCluster.start();
}, START_MS);

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all(services.map((service) => service.close()));
  await Promise.all(connections.map((connection) => connection.close()));
  await cluster.stop();
});

async function connected(user: User): Promise<NatsConnection> {
  const connection = await cluster.connect(user);
  connections.push(connection);
  return connection;
}

/** As a service connects, with a name and a password. */
function as(user: User, { transport, options }: NatsOptions): NatsOptions {
  return { transport, options: { ...options, ...cluster.settingsOf(user) } } as NatsOptions;
}

async function startAnswering(name: Asked): Promise<void> {
  @Controller()
  class Answers {
    @MessagePattern(ASKED[name].subject)
    ping(): { service: string } {
      return { service: name };
    }
  }
  @Module({ controllers: [Answers] })
  class Root {}
  const options = as(name, natsServer({ url: 'nats://given', name }));
  const service = await NestFactory.createMicroservice(Root, { ...options, logger: false });
  services.push(service);
  await service.listen();
  await service.unwrap<NatsConnection>().flush();
}

/** What the server says of a subscription; undefined when it takes it. */
async function refusalOfListening(connection: NatsConnection, subject: string, queue?: string): Promise<unknown> {
  let refusal: unknown;
  const subscription = connection.subscribe(subject, {
    ...(queue === undefined ? {} : { queue }),
    callback: (error) => {
      refusal = error ?? refusal;
    },
  });
  await connection.flush();
  // The client hands the refusal on after the answer to the flush.
  await connection.flush();
  subscription.unsubscribe();
  return refusal;
}

/** What the server says of a message; undefined when it takes it, whether or not anybody listens. */
async function refusalOfSaying(connection: NatsConnection, subject: string): Promise<unknown> {
  try {
    await connection.request(subject, '{}', { timeout: 5_000 });
    return undefined;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (error.isNoResponders()) return undefined;
    return error.cause;
  }
}

describe('questions and answers with the accounts of deploy/nats', () => {
  it.each(NAMES)('lets the gateway ask the %s, and have its answer', async (name) => {
    await startAnswering(name);
    const client = ClientProxyFactory.create(as('gateway', natsClient({ url: 'nats://given', name: 'gateway' })));
    clients.push(client);
    const asking = new Asking(client, 5_000);
    // Its subscription is with one server; the others hear of it a moment later.
    await until(`the ${name} is known to all servers`, async () => {
      const answered = await asking.ask(ASKED[name], {}).then(
        ({ service }) => service === name,
        (error: Error) => {
          if (error.message.includes('is running')) return false;
          throw error;
        },
      );
      return answered;
    });
  });

  const others = NAMES.flatMap((name) => NAMES.filter((other) => other !== name).map((other) => ({ name, other })));

  it.each(others)('does not let the $name take questions to the $other, or ask it', async ({ name, other }) => {
    const connection = await connected(name);
    const subject = ASKED[other].subject;
    expect(await refusalOfListening(connection, subject, other)).toBeInstanceOf(PermissionViolationError);
    expect(await refusalOfSaying(connection, subject)).toBeInstanceOf(PermissionViolationError);
  });

  it.each(others)('does not let the $name say or hear what was answered to the $other', async ({ name, other }) => {
    const connection = await connected(name);
    for (const asker of ['gateway', other]) {
      expect(await refusalOfListening(connection, `_INBOX_${asker}.>`)).toBeInstanceOf(PermissionViolationError);
      expect(await refusalOfSaying(connection, `_INBOX_${asker}.one`)).toBeInstanceOf(PermissionViolationError);
    }
  });

  it.each(NAMES)('takes questions to the %s only into its queue, so that nobody listens along', async (name) => {
    const connection = await connected(name);
    const subject = ASKED[name].subject;
    expect(await refusalOfListening(connection, subject)).toBeInstanceOf(PermissionViolationError);
    expect(await refusalOfListening(connection, subject, name)).toBeUndefined();
  });

  it('lets only the planner register configuration, and only the gateway ask it to', async () => {
    const subject = PLANNER.registerConfiguration.subject;
    for (const user of ['planner', 'executor', 'observer', 'audit', 'reader', 'setup'] as const) {
      expect(await refusalOfSaying(await connected(user), subject)).toBeInstanceOf(PermissionViolationError);
    }
    expect(await refusalOfSaying(await connected('gateway'), subject)).toBeUndefined();
  });

  it('lets a reader hear the public feed, and say nothing', async () => {
    const reader = await connected('reader');
    expect(await refusalOfListening(reader, 'sluice.events.>')).toBeUndefined();
    for (const subject of ['sluice.log.>', 'sluice.planner.*', '_INBOX_gateway.>', '$JS.>', '>']) {
      expect(await refusalOfListening(reader, subject)).toBeInstanceOf(PermissionViolationError);
    }
    for (const subject of ['sluice.events.release.x.Forged', 'sluice.log.release.x', '$JS.API.INFO']) {
      expect(await refusalOfSaying(reader, subject)).toBeInstanceOf(PermissionViolationError);
    }
  });

  it('lets nobody but the audit publish to the feed', async () => {
    const subject = 'sluice.events.release.checkout.Forged';
    for (const user of ['gateway', 'planner', 'executor', 'observer', 'setup'] as const) {
      expect(await refusalOfSaying(await connected(user), subject)).toBeInstanceOf(PermissionViolationError);
    }
    expect(await refusalOfSaying(await connected('audit'), subject)).toBeUndefined();
  });
});
