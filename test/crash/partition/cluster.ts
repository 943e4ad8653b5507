import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { z } from 'zod';
import { installedProgram, ServerProcess, until } from '#testing';
import { isNoAnswer } from '../../../deploy/local/no-answer.mjs';
import type { Host } from './networks.js';

const STREAMS = join(import.meta.dirname, '../../../deploy/nats/streams');
const LOG = 'SLUICE_LOG';
const WELL_WITHIN_MS = 30_000;
const LOOK_MS = 1_000;
const MOST_MOVES = 10;
const TOLD = [
  '/varz',
  '/routez',
  '/connz?limit=1000&subs=true',
  '/jsz?accounts=true&streams=true&consumers=true&config=true',
];

const Streams = z.object({
  account_details: z
    .array(
      z.object({
        stream_detail: z
          .array(
            z.object({
              name: z.string(),
              state: z.object({ messages: z.int(), bytes: z.int(), last_seq: z.int() }),
              cluster: z.object({ leader: z.string().optional() }).optional(),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
});
const Connections = z.object({ connections: z.array(z.object({ name: z.string().optional() })) });

/** Three NATS servers, each on a host of its own, that keep the log together. */
export class Cluster {
  private constructor(
    private readonly hosts: readonly Host[],
    private readonly servers: readonly ServerProcess[],
  ) {}

  static async start(hosts: readonly Host[], folder: string): Promise<Cluster> {
    const binary = installedProgram('nats-server', 'NATS_SERVER_BIN');
    if (binary === null) throw new Error('there is no nats-server');
    const servers: ServerProcess[] = [];
    for (const host of hosts) {
      const own = join(folder, host.name);
      await mkdir(own, { recursive: true });
      await writeFile(join(own, 'nats.conf'), configOf(host, hosts, own));
      const [program = '', ...args] = [...host.run, binary, '-c', join(own, 'nats.conf'), '-l', join(own, 'log')];
      servers.push(new ServerProcess(spawn(program, args, { stdio: 'ignore' })));
    }
    const cluster = new Cluster(hosts, servers);
    try {
      await until('the servers of the cluster are well', () => cluster.isWell(), WELL_WITHIN_MS);
      await cluster.makeStreams();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** As services are told of it: every server, so that they find another when one is away. */
  get url(): string {
    return `nats://${this.hosts.map(({ address }) => `${address}:4222`).join(',')}`;
  }

  /** The host whose server leads the log's stream, as another server sees it; null when that one knows of none. */
  async leaderSeenBy(host: Host): Promise<Host | null> {
    const log = await this.logAt(host);
    return this.hosts.find(({ name }) => name === log?.cluster?.leader) ?? null;
  }

  /** How long a server's own copy of the log is, in a sentence: of two that are as long, both have the same bytes. */
  async copyAt(host: Host): Promise<string> {
    const state = (await this.logAt(host))?.state;
    if (!state) return `${host.name} tells nothing of its copy of the log`;
    return `the copy of ${host.name}: ${state.messages} messages up to ${state.last_seq}, ${state.bytes} bytes`;
  }

  private async logAt(host: Host) {
    const told = Streams.safeParse(await this.look(host, '/jsz?accounts=true&streams=true'));
    const details = told.success ? (told.data.account_details ?? []) : [];
    return details.flatMap(({ stream_detail = [] }) => stream_detail).find(({ name }) => name === LOG);
  }

  /** The server that leads the log; it has connections of somebody, whose names come with it. */
  async leaderWithClients(): Promise<{ leader: Host; clients: string[] }> {
    for (let moves = 0; moves < MOST_MOVES; moves += 1) {
      const leader = await this.leader();
      const clients = await this.clientsOf(leader);
      if (clients.length > 0) return { leader, clients };
      await this.moveLeader();
    }
    throw new Error('no server that leads has clients');
  }

  /** Everything that a server tells of itself, by the path that was asked; null where it does not answer. */
  async account(host: Host): Promise<Record<string, unknown>> {
    const entries = TOLD.map(async (path) => [path, await this.look(host, path)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  private async leader(): Promise<Host> {
    const seen: Host[] = [];
    await until('there is a leader', async () => {
      for (const host of this.hosts) {
        const leader = await this.leaderSeenBy(host);
        if (leader) seen.push(leader);
      }
      return seen.length > 0;
    });
    return seen[0] as Host;
  }

  /** Whose connections a server has, by the names that clients give. */
  private async clientsOf(host: Host): Promise<string[]> {
    const told = Connections.safeParse(await this.look(host, '/connz?limit=1000'));
    return told.success ? told.data.connections.flatMap(({ name }) => name ?? []) : [];
  }

  /** Has another server lead the log. */
  private async moveLeader(): Promise<void> {
    const connection = await connect({ servers: this.hosts.map(({ address }) => `${address}:4222`), timeout: 5_000 });
    await connection.request(`$JS.API.STREAM.LEADER.STEPDOWN.${LOG}`, '', { timeout: 5_000 });
    await connection.close();
  }

  private async isWell(): Promise<boolean> {
    return (await Promise.all(this.hosts.map((host) => this.look(host, '/healthz')))).every(
      (answer) => answer !== null,
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.end('SIGKILL')));
  }

  private async makeStreams(): Promise<void> {
    const connection = await connect({ servers: this.url.slice('nats://'.length).split(','), timeout: 5_000 });
    const manager = await jetstreamManager(connection, { timeout: 10_000 });
    for (const file of readdirSync(STREAMS)) {
      await manager.streams.add(
        JSON.parse(readFileSync(join(STREAMS, file), 'utf8')) as StreamConfig & { name: string },
      );
    }
    await connection.close();
  }

  /** What a server tells of itself; null when it does not answer, or not well. */
  private async look(host: Host, path: string): Promise<unknown> {
    try {
      const answer = await fetch(`http://${host.address}:8222${path}`, { signal: AbortSignal.timeout(LOOK_MS) });
      const body = await answer.json();
      return answer.ok ? body : null;
    } catch (error) {
      if (isNoAnswer(error)) return null;
      throw error;
    }
  }
}

function configOf(host: Host, all: readonly Host[], folder: string): string {
  const routes = all.map(({ innerAddress }) => `"nats://${innerAddress}:6222"`).join(', ');
  return `server_name: ${host.name}
listen: "${host.address}:4222"
http: "${host.address}:8222"
max_payload: 8MB
# As in deploy/nats/cluster.conf.
ping_interval: "3s"
ping_max: 2
jetstream { store_dir: "${join(folder, 'data')}" }
cluster { name: sluice, listen: "${host.innerAddress}:6222", no_advertise: true, routes: [${routes}] }
`;
}
