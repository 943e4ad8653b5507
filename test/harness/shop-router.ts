import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLOSED, type Environment, type TrafficMode } from '#domain';
import { freePorts, type Haproxy, NginxServer, startHaproxy } from '#testing';
import { CLOSED_SHARES, haproxyConfiguration, nginxConfiguration, nginxSplit } from '#traffic';

/** A real router in front of a shop: what its environment says of it, and how it is started and ended. */
export interface ShopRouter {
  /** Where clients come in. */
  readonly listen: string;
  /** `spec.router` of the environment. */
  readonly settings: object;
  /** The file that it writes records of calls to. */
  readonly calls: string;
  /** Starts it, closed, with the configuration that is generated for the environment. */
  start(environment: Environment): Promise<void>;
  stop(): Promise<void>;
}

/** HAProxy, with a handle to end and start it again. */
export class HaproxyOfShop implements ShopRouter {
  readonly settings: object;
  readonly calls: string;
  private running: Haproxy | null = null;

  private constructor(
    private readonly folder: string,
    readonly listen: string,
  ) {
    this.settings = { haproxy: { admin: join(folder, 'admin'), map: join(folder, 'shares'), listen } };
    this.calls = join(folder, 'haproxy.log');
  }

  /** @param folder its owner removes it */
  static async prepare(folder: string): Promise<HaproxyOfShop> {
    const [port] = await freePorts(1);
    return new HaproxyOfShop(folder, `127.0.0.1:${port}`);
  }

  get process(): Haproxy {
    if (!this.running) throw new Error('HAProxy has not been started');
    return this.running;
  }

  async start(environment: Environment): Promise<void> {
    await writeFile(join(this.folder, 'shares'), CLOSED_SHARES);
    const configuration = haproxyConfiguration(environment);
    this.running = await startHaproxy({ folder: this.folder, configuration, admin: join(this.folder, 'admin') });
  }

  async stop(): Promise<void> {
    await this.running?.stop();
  }
}

/** nginx, which divides users or sends copies. */
export class NginxOfShop implements ShopRouter {
  readonly settings: object;
  readonly calls: string;

  private constructor(
    private readonly nginx: NginxServer,
    private readonly mode: TrafficMode,
    readonly listen: string,
    status: string,
  ) {
    const { dir, test, reload } = nginx;
    this.calls = join(dir, 'calls.log');
    this.settings = { nginx: { split: join(dir, 'split.conf'), test, reload, status, log: this.calls, listen } };
  }

  static async prepare(mode: TrafficMode): Promise<NginxOfShop> {
    const [port, status] = await freePorts(2);
    return new NginxOfShop(await NginxServer.prepare(), mode, `127.0.0.1:${port}`, `127.0.0.1:${status}`);
  }

  async start(environment: Environment): Promise<void> {
    await writeFile(join(this.nginx.dir, 'split.conf'), nginxSplit(CLOSED));
    await this.nginx.configure(nginxConfiguration(environment, { mode: this.mode }));
    await this.nginx.start();
  }

  async stop(): Promise<void> {
    await this.nginx.stop();
  }
}
