import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, types } from 'node:util';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { freePorts, makeCertificates, until } from '#testing';
import { GuardedProcess } from './guarded-process.spec-support.js';

const SHIPPED = join(import.meta.dirname, '../../deploy/nats');
const SERVERS = ['nats-0', 'nats-1', 'nats-2'] as const;
const USERS = ['sys', 'gateway', 'planner', 'executor', 'observer', 'audit', 'reader', 'setup'] as const;
export type User = (typeof USERS)[number];

const passwordOf = (user: string) => `the-password-of-${user}`;
const execute = promisify(execFile);

interface Ports {
  readonly client: number;
  readonly route: number;
  readonly monitoring: number;
}

const TRIES = 3;
const WELL_WITHIN_MS = 15_000;

/** Three real servers with the files of `deploy/nats`, on ports of 127.0.0.1, with certificates of their own. */
export class NatsCluster {
  private constructor(
    private readonly folder: string,
    private readonly ports: readonly Ports[],
    private readonly ca: string,
    private readonly processes: readonly GuardedProcess[],
  ) {}

  /** A port that was free may be somebody else's when a server takes it: then all is begun anew, with others. */
  static async start(): Promise<NatsCluster> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await NatsCluster.startOnce();
      } catch (error) {
        if (tries === TRIES) throw error;
      }
    }
  }

  private static async startOnce(): Promise<NatsCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-nats-cluster-'));
    const processes: GuardedProcess[] = [];
    const numbers = await freePorts(SERVERS.length * 3);
    const ports = SERVERS.map((_, index) => portsFrom(numbers.slice(index * 3)));
    await makeCertificates(folder);
    await copyFile(join(SHIPPED, 'accounts.conf'), join(folder, 'accounts.conf'));
    const binary = process.env.NATS_SERVER_BIN ?? 'nats-server';
    const knowsAll = isRecent((await execute(binary, ['--version'])).stdout);
    for (const [index, name] of SERVERS.entries()) {
      const config = join(folder, `${name}.conf`);
      const shipped = await readFile(join(SHIPPED, 'cluster.conf'), 'utf8');
      await writeFile(config, onThisMachine(shipped, { folder, name, ports, own: index, knowsAll }));
      const passwords = USERS.map((user) => [`NATS_${user.toUpperCase()}_PASSWORD`, passwordOf(user)]);
      const environment = { ...Object.fromEntries(passwords), NATS_SERVER_NAME: name };
      const log = ['-l', join(folder, `${name}.log`)];
      processes.push(new GuardedProcess([binary, '-c', config, ...log], environment));
    }
    const cluster = new NatsCluster(folder, ports, await readFile(join(folder, 'ca.crt'), 'utf8'), processes);
    try {
      await until('all three servers are well', () => cluster.isWell(), WELL_WITHIN_MS);
    } catch (error) {
      const logs = await Promise.allSettled(SERVERS.map((name) => readFile(join(folder, `${name}.log`), 'utf8')));
      await cluster.stop();
      const told = logs.flatMap((log) => (log.status === 'fulfilled' ? [log.value] : []));
      throw new Error(told.join('\n'), { cause: error });
    }
    return cluster;
  }

  /** How a client of this user connects: with an inbox of its own, as accounts.conf asks for. */
  settingsOf(user: User) {
    const inboxPrefix = user === 'setup' ? '_INBOX' : `_INBOX_${user}`;
    const servers = this.ports.map(({ client }) => `127.0.0.1:${client}`);
    const timeouts = { reconnectTimeWait: 250, maxReconnectAttempts: -1, timeout: 5_000 };
    return { servers, user, pass: passwordOf(user), tls: { ca: this.ca }, inboxPrefix, name: user, ...timeouts };
  }

  connect(user: User): Promise<NatsConnection> {
    return connect(this.settingsOf(user));
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.end()));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async isWell(): Promise<boolean> {
    const answers = await Promise.all(this.ports.map(({ monitoring }) => healthOf(monitoring)));
    return answers.every((answer) => answer === 200);
  }
}

function portsFrom([client = 0, route = 0, monitoring = 0]: readonly number[]): Ports {
  return { client, route, monitoring };
}

/** @returns the status; null while nobody listens. */
async function healthOf(port: number): Promise<number | null> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
    await answer.body?.cancel();
    return answer.status;
  } catch (error) {
    // It comes from outside of the realm that tests run in, where `instanceof` does not know it.
    if (types.isNativeError(error) && error.message === 'fetch failed') return null;
    throw error;
  }
}

interface Place {
  readonly folder: string;
  readonly name: string;
  readonly ports: readonly Ports[];
  /** Which of the ports are this server's. */
  readonly own: number;
  readonly knowsAll: boolean;
}

/** The shipped file with this machine's places in it, and nothing else changed. */
function onThisMachine(shipped: string, { folder, name, ports, own, knowsAll }: Place): string {
  const mine = ports[own];
  const replacements: readonly (readonly [string, string])[] = [
    ['0.0.0.0:4222', `127.0.0.1:${mine?.client}`],
    ['0.0.0.0:8222', `127.0.0.1:${mine?.monitoring}`],
    ['0.0.0.0:6222', `127.0.0.1:${mine?.route}`],
    ['"/data"', JSON.stringify(join(folder, name))],
    ['/etc/nats/tls', folder],
    ...SERVERS.map(
      (server, at) =>
        [`${server}.nats-servers.sluice.svc.cluster.local:6222`, `127.0.0.1:${ports[at]?.route}`] as const,
    ),
    ...(knowsAll
      ? []
      : [['  sync_interval: always\n', ''] as const, ['  ping_interval: "3s"\n  ping_max: 2\n', ''] as const]),
  ];
  return replacements.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`cluster.conf has no ${from}`);
    return text.replaceAll(from, to);
  }, shipped);
}

/** Whether it knows everything that cluster.conf says: from 2.10.10 on. */
function isRecent(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = (/v(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  return major > 2 || minor > 10 || (minor === 10 && patch >= 10);
}
