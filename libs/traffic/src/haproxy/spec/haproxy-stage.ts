import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Environment, type EnvironmentSpec, type TrafficSplit } from '#domain';
import { freePorts, type Haproxy, type Marks, SideServer, startHaproxy, until } from '#testing';
import { CLOSED_SHARES, haproxyConfiguration } from '../haproxy-configuration.js';
import { HaproxyTrafficRouter } from '../haproxy-traffic-router.js';

export const MARKS: Marks = { sticky: { cookie: 'uid' }, internal: { headers: { 'x-staff': 'yes' } } };

/** Free places for the internal listeners. */
interface Places {
  readonly fromStaging: string;
  readonly fromProduction: string;
}

interface More {
  readonly service?: object;
  readonly router?: object;
  readonly rest?: object;
}

/** A real HAProxy between clients and two units of one service, web: one of staging, one of production. */
export class HaproxyStage {
  private constructor(
    readonly folder: string,
    readonly environment: Environment,
    readonly url: string,
    readonly staging: SideServer,
    readonly production: SideServer,
    readonly haproxy: Haproxy,
    readonly router: HaproxyTrafficRouter,
  ) {}

  /**
   * Settles when the staging unit is ready in HAProxy's eyes.
   *
   * @param more what its only service and the environment have beside the usual
   */
  static async start(more: (places: Places) => More = () => ({})): Promise<HaproxyStage> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-haproxy-'));
    const [staging, production, ports] = await Promise.all([
      SideServer.start('staging'),
      SideServer.start('production'),
      freePorts(3),
    ]);
    const [listen = '', fromStaging = '', fromProduction = ''] = ports.map((port) => `127.0.0.1:${port}`);
    const { service, router: steering, rest } = more({ fromStaging, fromProduction });
    const environment = Environment.parse({
      apiVersion: 'sluice/v1',
      kind: 'Environment',
      metadata: { name: 'staging' },
      spec: {
        services: [
          {
            name: 'web',
            units: [{ id: 'web-s', address: staging.address }],
            production: [production.address],
            ...service,
          },
        ],
        router: { haproxy: { admin: join(folder, 'admin'), map: join(folder, 'shares'), listen }, ...steering },
        internal: { headers: [{ name: 'x-staff', value: 'yes' }] },
        ...rest,
      },
    });
    await writeFile(join(folder, 'shares'), CLOSED_SHARES);
    const configuration = haproxyConfiguration(environment);
    const haproxy = await startHaproxy({ folder, configuration, admin: join(folder, 'admin') });
    const url = `http://${listen}/`;
    const router = new HaproxyTrafficRouter(environment);
    const stage = new HaproxyStage(folder, environment, url, staging, production, haproxy, router);
    try {
      await stage.untilChecked('L7OK');
    } catch (error) {
      await stage.stop();
      throw error;
    }
    return stage;
  }

  get spec(): EnvironmentSpec {
    return this.environment.spec;
  }

  /** Settles when HAProxy's latest check of the staging unit came to this, and it has drawn its conclusion. */
  async untilChecked(status: 'L7OK' | 'L7STS' | 'L4CON'): Promise<void> {
    const state = status === 'L7OK' ? 'UP' : 'DOWN';
    await until(`the staging unit is checked with ${status}`, async () => {
      const rows = (await this.command('show stat staging.web 4 -1')).split('\n');
      return rows.some(
        (row) => row.startsWith('staging.web,') && row.includes(`,${state},`) && row.includes(`${status},`),
      );
    });
  }

  /** What the map in HAProxy's memory says. */
  async effective(): Promise<TrafficSplit> {
    const answer = await this.command(`show map ${join(this.folder, 'shares')}`);
    const share = (key: string) => `${Number(new RegExp(`${key} (\\d+)`).exec(answer)?.[1]) / 100}%`;
    return { internal: share('internal'), production: share('production') };
  }

  command(line: string): Promise<string> {
    const socket = connect({ path: join(this.folder, 'admin') });
    socket.write(`${line}\n`);
    return text(socket);
  }

  async stop(): Promise<void> {
    this.staging.release();
    await this.haproxy.stop();
    await Promise.all([this.staging.stop(), this.production.stop()]);
    await rm(this.folder, { recursive: true });
  }
}
