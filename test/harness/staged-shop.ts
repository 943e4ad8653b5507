import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { type Environment, Environment as EnvironmentDocument, type ReleaseView } from '#domain';
import { FileFleet, freePorts, type Haproxy, ServiceStack, startHaproxy } from '#testing';
import { CLOSED_SHARES, haproxyConfiguration } from '#traffic';
import type { Api } from './api.js';

const CLIENTS_PAUSE_MS = 4;
const USERS = 500;

/** A shop of three services behind HAProxy, in production and in staging, with clients that never rest. */
export class StagedShop {
  private resting = false;
  private readonly clients: Promise<void>;
  /** Answers to clients that were not 200. */
  failures = 0;

  private constructor(
    readonly environment: Environment,
    readonly stack: ServiceStack,
    readonly fleet: FileFleet,
    readonly haproxy: Haproxy,
    private readonly url: string,
  ) {
    this.clients = this.call();
  }

  /** @param folder empty; its owner removes it */
  static async start(folder: string): Promise<StagedShop> {
    const stack = await ServiceStack.start(folder);
    const fleet = new FileFleet(join(folder, 'fleet'), 0.05);
    await fleet.start(
      [
        { name: 'web-staging', units: 1 },
        { name: 'eu', units: 3 },
      ],
      '1',
    );
    const [port] = await freePorts(1);
    const url = `127.0.0.1:${port}`;
    const environment = environmentOf(stack, fleet, folder, url);
    await writeFile(join(folder, 'shares'), CLOSED_SHARES);
    const configuration = haproxyConfiguration(environment);
    const haproxy = await startHaproxy({ folder, configuration, admin: join(folder, 'admin') });
    return new StagedShop(environment, stack, fleet, haproxy, url);
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

  /** Submits and starts; its id. */
  async begin(api: Api, version: string, spec: object = {}): Promise<string> {
    const submitted = await api.ask('POST', '/v1/releases', { as: 'author', body: this.release(version, spec) });
    const { id } = submitted.body as { id?: string };
    if (!id) throw new Error(JSON.stringify(submitted.body));
    await api.ask('POST', `/v1/releases/${id}/start`, { as: 'operator' });
    return id;
  }

  async view(api: Api, id: string): Promise<ReleaseView> {
    return (await api.ask('GET', `/v1/releases/${id}`)).body as unknown as ReleaseView;
  }

  async stop(): Promise<void> {
    this.resting = true;
    await this.clients;
    await this.haproxy.stop();
    await this.stack.stop();
    await this.fleet.stop();
  }

  /** Every third client is from inside. One that finds the router away tries again, as browsers do. */
  private async call(): Promise<void> {
    for (let number = 0; !this.resting; number += 1) {
      const status = await ask(this.url, `user-${number % USERS}`, number % 3 === 0);
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

function environmentOf(stack: ServiceStack, fleet: FileFleet, folder: string, listen: string): Environment {
  const { spec, ...rest } = stack.environment();
  return EnvironmentDocument.parse({
    ...rest,
    spec: {
      ...spec,
      drivers: fleet.topology('any').spec.drivers,
      router: { haproxy: { admin: join(folder, 'admin'), map: join(folder, 'shares'), listen } },
      internal: { headers: [{ name: 'x-staff', value: 'yes' }] },
      calls: [...spec.calls, { file: join(folder, 'haproxy.log') }],
    },
  });
}
