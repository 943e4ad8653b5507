import { request } from 'node:http';
import { join } from 'node:path';
import { type Environment, Environment as EnvironmentDocument } from '#domain';
import { FileFleet, type Haproxy, ServiceStack } from '#testing';
import type { Api } from './api.js';
import { ReleaseInTest } from './release-in-test.js';
import { HaproxyOfShop, type ShopRouter } from './shop-router.js';

const CLIENTS_PAUSE_MS = 4;
const USERS = 500;

/** A shop of three services behind a router, in production and in staging, with clients that never rest. */
export class StagedShop {
  private resting = false;
  private readonly clients: Promise<void>;
  /** Answers to clients that were not 200. */
  failures = 0;

  private constructor(
    readonly environment: Environment,
    readonly stack: ServiceStack,
    readonly fleet: FileFleet,
    private readonly router: ShopRouter,
  ) {
    this.clients = this.call();
  }

  /**
   * @param folder empty; its owner removes it
   * @param router HAProxy unless it is another one
   */
  static async start(folder: string, router?: ShopRouter): Promise<StagedShop> {
    const stack = await ServiceStack.start(folder);
    const fleet = new FileFleet(join(folder, 'fleet'), 0.05);
    const zones = [
      { name: 'web-staging', units: 1 },
      { name: 'eu', units: 3 },
    ];
    await fleet.start(zones, '1');
    const divider = router ?? (await HaproxyOfShop.prepare(folder));
    const environment = environmentOf(stack, fleet, divider);
    await divider.start(environment);
    return new StagedShop(environment, stack, fleet, divider);
  }

  /** @throws Error when the router is another one */
  get haproxy(): Haproxy {
    if (this.router instanceof HaproxyOfShop) return this.router.process;
    throw new Error('the shop is not behind HAProxy');
  }

  /** Registers what releases need. */
  async register(api: Api): Promise<void> {
    const topology = this.fleet.topology('production');
    const clusters = topology.spec.clusters.filter(({ name }) => name === 'eu');
    await api.ask('POST', '/v1/topologies', { body: { ...topology, spec: { ...topology.spec, clusters } } });
    await api.ask('POST', '/v1/environments', { body: this.environment });
  }

  /** A release that begins in staging and is judged by a person alone, beside what judges staging anyway. */
  release(version: string, spec: object = {}): object {
    return {
      apiVersion: 'sluice/v1',
      kind: 'Release',
      metadata: { name: `web-${version}` },
      spec: {
        service: 'web',
        version,
        topology: 'production',
        staging: { environment: 'shop-staging', traffic: { production: '20%' }, observe: '2s' },
        rollout: [{ clusters: ['eu'], batches: [1, '100%'] }],
        interval: { default: '100ms' },
        validate: [{ name: 'second-look', confirm: {} }],
        limits: { unitTimeout: '10s', verdictWithin: '1m' },
        reason: `release of ${version}`,
        ...spec,
      },
    };
  }

  /** Submits and starts. */
  async begin(api: Api, version: string, spec: object = {}): Promise<ReleaseInTest> {
    const submitted = await api.ask('POST', '/v1/releases', { as: 'author', body: this.release(version, spec) });
    const { id } = submitted.body as { id?: string };
    if (!id) throw new Error(JSON.stringify(submitted.body));
    await api.ask('POST', `/v1/releases/${id}/start`, { as: 'operator' });
    return new ReleaseInTest(api, id);
  }

  async stop(): Promise<void> {
    this.resting = true;
    await this.clients;
    await this.router.stop();
    await this.stack.stop();
    await this.fleet.stop();
  }

  /** Every third client is from inside. One that finds the router away tries again, as browsers do. */
  private async call(): Promise<void> {
    for (let number = 0; !this.resting; number += 1) {
      const status = await ask(this.router.listen, `user-${number % USERS}`, number % 3 === 0);
      if (status !== 200 && status !== null) this.failures += 1;
      await new Promise((resolve) => setTimeout(resolve, CLIENTS_PAUSE_MS));
    }
  }
}

function ask(url: string, user: string, internal: boolean): Promise<number | null> {
  const headers = { cookie: `uid=${user}`, ...(internal ? { 'x-staff': 'yes' } : {}) };
  return new Promise((resolve) => {
    const asking = request(`http://${url}/`, { headers, agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    });
    asking.once('error', () => resolve(null)).end();
  });
}

function environmentOf(stack: ServiceStack, fleet: FileFleet, router: ShopRouter): Environment {
  const { spec, ...rest } = stack.environment();
  return EnvironmentDocument.parse({
    ...rest,
    spec: {
      ...spec,
      drivers: fleet.topology('any').spec.drivers,
      router: router.settings,
      internal: { headers: [{ name: 'x-staff', value: 'yes' }] },
      calls: [...spec.calls, { file: router.calls }],
    },
  });
}
