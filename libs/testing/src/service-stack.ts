import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { Environment } from '#domain';
import { type CallSink, fileSink } from './service-stack/call-sink.js';
import { otlpSink } from './service-stack/otlp-sink.js';
import { StackUnit } from './service-stack/stack-unit.js';

export type StackService = 'web' | 'orders' | 'stock';
export type StackSide = 'staging' | 'production';

/** Each service calls the next one, with this path of it. */
const SERVICES = [
  { name: 'web', path: '/', lastByte: 11 },
  { name: 'orders', path: '/orders/7', lastByte: 21 },
  { name: 'stock', path: '/items/7', lastByte: 31 },
] as const;
const NETWORKS = { production: '127.0.1.0/24', staging: '127.0.2.0/24' } as const;
/** Where the stack's clients call from: no side of it. */
const CLIENT = '127.0.3.1';

export interface ServiceStackOptions {
  /** Units of each service on each side. Default: 1. */
  readonly units?: number;
  /** Where calls are sent as spans, instead of being written to files. */
  readonly otlp?: string;
}

/**
 * Two stacks of real HTTP services, web -> orders -> stock, for production and staging, each unit at a loopback address
 * of its own. They hand on the tag and report each call; services of staging can be told to misbehave.
 */
export class ServiceStack {
  readonly #units: Readonly<Record<StackSide, StackUnit[]>> = { production: [], staging: [] };
  readonly #files: string[] = [];
  readonly #client = new Agent({ keepAlive: true, maxSockets: 64, localAddress: CLIENT });
  readonly #dropping = new Set<StackService>();
  readonly #byAddress = new Map<StackService, StackService>();
  #turn = 0;

  private constructor(private readonly options: ServiceStackOptions) {}

  /** @param folder where the files of call records are written; its owner removes it */
  static async start(folder: string, options: ServiceStackOptions = {}): Promise<ServiceStack> {
    const stack = new ServiceStack(options);
    for (const side of ['production', 'staging'] as const) {
      for (const service of SERVICES) {
        for (let i = 0; i < (options.units ?? 1); i += 1) await stack.#startUnit(folder, side, service, i);
      }
    }
    return stack;
  }

  /** The environment that staging is, with all sources of its calls. */
  environment(): Environment {
    const services = SERVICES.map(({ name }, i) => ({
      name,
      calls: SERVICES.slice(i + 1, i + 2).map((next) => next.name),
      units: this.units('staging', name).map(({ id, address }) => ({ id, address })),
      production: this.units('production', name).map(({ address }) => address),
    }));
    const calls = this.options.otlp ? [{ otlp: true }] : this.#files.map((file) => ({ file }));
    return Environment.parse({
      apiVersion: 'sluice/v1',
      kind: 'Environment',
      metadata: { name: 'shop-staging' },
      spec: {
        services,
        router: { haproxy: { admin: '/run/haproxy/admin.sock', map: '/etc/haproxy/shares.map' } },
        networks: [NETWORKS.staging],
        calls,
      },
    });
  }

  units(side: StackSide, service: StackService): StackUnit[] {
    return this.#units[side].filter((unit) => unit.service === service);
  }

  /** From now on staging's service calls without the tag; it hands it on again with `false`. */
  dropTag(service: StackService, drops = true): void {
    if (drops) this.#dropping.add(service);
    else this.#dropping.delete(service);
  }

  /** From now on staging's service calls production's `target`, by its address; with null, whom it should. */
  callByAddress(service: StackService, target: StackService | null): void {
    if (target) this.#byAddress.set(service, target);
    else this.#byAddress.delete(service);
  }

  /** Sends requests to web as a router does, 32 at a time: those to staging with the tag. @returns how many were answered well */
  async send(side: StackSide, requests: number): Promise<number> {
    const webs = this.units(side, 'web');
    const headers = side === 'staging' ? { baggage: 'user=7,sluice.env=staging', 'x-sluice-env': 'staging' } : {};
    let begun = 0;
    let good = 0;
    const worker = async (): Promise<void> => {
      while (begun < requests) {
        const web = webs[begun % webs.length] as StackUnit;
        begun += 1;
        const outgoing = request(`http://${web.address}/`, { agent: this.#client, headers });
        const [answer] = (await once(outgoing.end(), 'response')) as [IncomingMessage];
        await once(answer.resume(), 'end');
        if (answer.statusCode === 200) good += 1;
      }
    };
    await Promise.all(Array.from({ length: 32 }, worker));
    return good;
  }

  /** Resolves when every call so far is reported. */
  async flush(): Promise<void> {
    await Promise.all(this.#all.map((unit) => unit.flush()));
  }

  async stop(): Promise<void> {
    this.#client.destroy();
    await Promise.all(this.#all.map((unit) => unit.stop()));
  }

  get #all(): StackUnit[] {
    return [...this.#units.production, ...this.#units.staging];
  }

  async #startUnit(folder: string, side: StackSide, service: (typeof SERVICES)[number], i: number): Promise<void> {
    const network = NETWORKS[side].slice(0, NETWORKS[side].lastIndexOf('.'));
    const id = `${service.name}-${side}-${String.fromCharCode(97 + i)}`;
    const unit = await StackUnit.start({
      id,
      service: service.name,
      host: `${network}.${service.lastByte + i}`,
      sink: await this.#sinkFor(join(folder, `${id}.log`)),
      next: () => this.#next(side, service.name),
      dropsTag: () => side === 'staging' && this.#dropping.has(service.name),
    });
    this.#units[side].push(unit);
  }

  async #sinkFor(file: string): Promise<CallSink> {
    if (this.options.otlp) return otlpSink(this.options.otlp);
    await writeFile(file, '');
    this.#files.push(file);
    return fileSink(file);
  }

  #next(side: StackSide, service: StackService): { address: string; service: string; path: string } | null {
    const astray = side === 'staging' ? this.#byAddress.get(service) : undefined;
    const own = SERVICES[SERVICES.findIndex(({ name }) => name === service) + 1];
    const target = astray ? SERVICES.find(({ name }) => name === astray) : own;
    if (!target) return null;
    const units = this.units(astray ? 'production' : side, target.name);
    this.#turn += 1;
    const unit = units[this.#turn % units.length] as StackUnit;
    return { address: unit.address, service: target.name, path: target.path };
  }
}
