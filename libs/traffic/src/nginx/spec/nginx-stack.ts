import { readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { CLOSED, type Environment, type TrafficMode, type TrafficSplit } from '#domain';
import { freePorts, type Marks, NginxServer, SideServer, steer } from '#testing';
import { CallRecord } from '../../calls/call-record.js';
import { nginxConfiguration } from '../configuration/nginx-configuration.js';
import { NginxTrafficRouter } from '../nginx-traffic-router.js';
import { nginxSplit } from '../split-file.js';
import { environmentWith } from './environment.js';

/** How clients show whose they are, and that they are internal. */
export const MARKS: Marks = { sticky: { cookie: 'uid' }, internal: { headers: { 'x-employee': 'yes' } } };

interface StackOptions {
  readonly mode?: TrafficMode;
  readonly workers?: number;
  /** Laid over the document's spec. */
  readonly spec?: Record<string, unknown>;
  readonly sticky?: Record<string, unknown>;
}

/** A real nginx with a generated configuration, in front of a unit of `web` on each side. Closed at first. */
export class NginxStack {
  readonly router: NginxTrafficRouter;
  readonly #stagingPort: number;

  private constructor(
    readonly nginx: NginxServer,
    readonly environment: Environment,
    public staging: SideServer,
    readonly production: SideServer,
    readonly mode: TrafficMode,
  ) {
    this.router = new NginxTrafficRouter(environment);
    this.#stagingPort = staging.port;
  }

  static async start({ mode = 'split', workers = 1, spec, sticky }: StackOptions = {}): Promise<NginxStack> {
    const nginx = await NginxServer.prepare({ workers });
    const [staging, production] = [await SideServer.start('staging'), await SideServer.start('production')];
    const places = (await freePorts(4)).map((port) => `127.0.0.1:${port}`);
    const [listen, status, forStaging, forProduction] = places;
    const web = {
      name: 'web',
      units: [{ id: 'web-1', address: staging.address }],
      production: [production.address],
      listen: { staging: forStaging, production: forProduction },
    };
    const environment = environmentWith(
      { services: [web], internal: { headers: [{ name: 'x-employee', value: 'yes' }] }, ...spec, sticky },
      {
        split: join(nginx.dir, 'split.conf'),
        test: nginx.test,
        reload: nginx.reload,
        status,
        log: join(nginx.dir, 'calls.log'),
        listen,
      },
    );
    const stack = new NginxStack(nginx, environment, staging, production, mode);
    try {
      await stack.#begin();
      return stack;
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  get settings() {
    const { nginx } = this.environment.spec.router;
    if (!nginx?.listen || !nginx.log) throw new Error('the environment of a spec has an nginx with all settings');
    return { ...nginx, listen: nginx.listen, log: nginx.log };
  }

  /** Where clients come in. */
  get url(): string {
    return `http://${this.settings.listen}`;
  }

  /** Where units in this environment find `web`. */
  serviceUrl(side: 'staging' | 'production'): string {
    return `http://${this.environment.spec.services[0]?.listen?.[side]}`;
  }

  /** Tells the router the split and waits until it has taken effect. */
  async open(internal: string, production: string): Promise<void> {
    await steer(this, internal, production);
  }

  /** By what nginx divides: what it says of itself when workers from before a reload take nothing any more. */
  async effective(): Promise<TrafficSplit> {
    await this.nginx.settled();
    const { body } = await ask(`http://${this.settings.status}/sluice/split`);
    const [, internal, production] = /^internal=(\d+) production=(\d+) /.exec(body) ?? [];
    return { internal: `${Number(internal) / 100}%`, production: `${Number(production) / 100}%` };
  }

  /** What nginx has logged so far; every line has to be a call record. */
  async calls(): Promise<CallRecord[]> {
    const lines = (await readFile(this.settings.log, 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => CallRecord.parse(JSON.parse(line)));
  }

  /** nginx does not ask units whether they are ready: one that is not is one that is gone. */
  async setStagingRunning(running: boolean): Promise<void> {
    await this.staging.stop();
    if (running) this.staging = await SideServer.start('staging', '127.0.0.1', this.#stagingPort);
  }

  async stop(): Promise<void> {
    await this.nginx.stop();
    await Promise.all([this.staging.stop(), this.production.stop()]);
  }

  async #begin(): Promise<void> {
    await writeFile(this.settings.split, nginxSplit(CLOSED));
    await this.nginx.configure(nginxConfiguration(this.environment, { mode: this.mode }));
    await this.nginx.start();
    // The first line of the log is what tells this log from others.
    await ask(this.url);
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** One request over a connection of its own. */
export function ask(
  url: string,
  {
    headers = {},
    method = 'GET',
    body,
  }: { headers?: NodeJS.Dict<string>; method?: string; body?: Buffer | string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { agent: false, headers, method, timeout: 15_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          headers: response.headers,
        }),
      );
    });
    request.once('timeout', () => request.destroy(new Error('no answer in time')));
    request.once('error', reject);
    request.end(body);
  });
}
