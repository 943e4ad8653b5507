import { Controller, type INestMicroservice, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import { AUDIT, asked, type Contract, EXECUTOR, natsServer, OBSERVER, PLANNER, ProblemReplies } from '#messaging';

type AnyContract = Contract<unknown, unknown>;
export type ServiceName = 'planner' | 'executor' | 'observer' | 'audit';

const CONTRACTS: Readonly<Record<ServiceName, readonly unknown[]>> = {
  planner: Object.values(PLANNER),
  executor: Object.values(EXECUTOR),
  observer: Object.values(OBSERVER),
  audit: Object.values(AUDIT),
};

interface Question {
  readonly subject: string;
  readonly request: unknown;
}

/**
 * The other services, over a real server and in their own protocol: they hold questions against the contracts, keep
 * them, and answer what the test says.
 */
export class StandIns {
  /** What was asked, the oldest first; pings are left out. */
  readonly asked: Question[] = [];
  private readonly answers = new Map<string, (request: unknown) => unknown>();
  private readonly running = new Map<ServiceName, INestMicroservice>();

  private constructor(private readonly url: string) {}

  static async start(url: string): Promise<StandIns> {
    Logger.overrideLogger(false);
    const standIns = new StandIns(url);
    for (const service of Object.keys(CONTRACTS) as ServiceName[]) await standIns.start(service);
    return standIns;
  }

  async start(service: ServiceName): Promise<void> {
    const controllers = CONTRACTS[service].map((contract) => this.controllerFor(contract as AnyContract));
    @Module({ controllers })
    class Root {}
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(Root, {
      ...natsServer({ url: this.url, name: service }),
      logger: false,
    });
    app.useGlobalFilters(new ProblemReplies([]));
    await app.listen();
    this.running.set(service, app);
  }

  async stop(service: ServiceName): Promise<void> {
    await this.running.get(service)?.close();
    this.running.delete(service);
  }

  async stopAll(): Promise<void> {
    for (const service of [...this.running.keys()]) await this.stop(service);
  }

  /** Says what a question is answered; a function that throws a `Rejection` refuses. */
  answer<Request, Reply>({ subject }: Contract<Request, Reply>, reply: (request: Request) => Reply): void {
    this.answers.set(subject, reply as (request: unknown) => unknown);
  }

  /** The newest question under a contract. */
  last<Request>({ subject }: Contract<Request, unknown>): Request {
    const question = this.asked.filter((candidate) => candidate.subject === subject).at(-1);
    if (!question) throw new Error(`nobody asked ${subject}`);
    return question.request as Request;
  }

  private controllerFor(contract: AnyContract) {
    const reply = (request: unknown) => this.reply(contract, request);
    @Controller()
    class StandIn {
      @MessagePattern(contract.subject)
      handle(@Payload(asked(contract)) request: unknown): unknown {
        return reply(request);
      }
    }
    return StandIn;
  }

  private reply({ subject, service }: AnyContract, request: unknown): unknown {
    if (subject.endsWith('.Ping')) return { service };
    this.asked.push({ subject, request });
    const answer = this.answers.get(subject);
    if (!answer) throw new Error(`nobody said what ${subject} is answered`);
    return answer(request);
  }
}
