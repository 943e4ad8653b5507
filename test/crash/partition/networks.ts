import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installedProgram } from '#testing';

const execute = promisify(execFile);
const MOST_SUBNETS = 200;
const CLEAR = join(import.meta.dirname, 'clear.mjs');

/** Which of its two networks a server is on: with its clients, and with the other servers. */
export type Network = 'clients' | 'servers';
const NETWORKS = ['clients', 'servers'] as const;

/** A machine of its own, as far as the network is concerned. */
export interface Host {
  readonly name: string;
  /** How this process and all others of this machine reach it. */
  readonly address: string;
  /** Where the other hosts reach it, and nobody else. */
  readonly innerAddress: string;
  /** What a command line begins with to run there. */
  readonly run: readonly string[];
}

/**
 * Hosts in network namespaces of their own, on two networks: one with this machine, one among themselves. Both are
 * bridges in one more namespace, where no firewall of this machine reaches them; when that goes, every link goes.
 */
export class Networks {
  private readonly cleared: Promise<unknown>;

  private constructor(
    private readonly name: string,
    readonly hosts: readonly Host[],
    private readonly clearing: ChildProcess,
  ) {
    this.cleared = once(clearing, 'exit');
  }

  /** Why they cannot be made on this machine, in a sentence; null when they can. */
  static missing(): string | null {
    if (process.platform !== 'linux') return 'network namespaces are a thing of Linux';
    if (process.getuid?.() !== 0) return 'making network namespaces takes root';
    return installedProgram('ip', 'IP_BIN') === null ? 'there is no ip (iproute2) on the PATH' : null;
  }

  /**
   * @param folder is removed with them, as are processes whose pids stand under `data/run` in it
   * @throws when a command of `ip` fails; whatever was made is removed again
   */
  static async make(count: number, folder: string): Promise<Networks> {
    const name = `sluice-${process.pid}`;
    const subnet = freeSubnet();
    const hosts = Array.from({ length: count }, (_, index) => ({
      name: `${name}-${index}`,
      address: `10.231.${subnet}.${index + 11}`,
      innerAddress: `10.232.${subnet}.${index + 11}`,
      run: ['ip', 'netns', 'exec', `${name}-${index}`],
    }));
    // In a session of its own, so that Ctrl-C does not reach it: it goes on until everything is gone.
    const args = [CLEAR, folder, name, ...hosts.map((host) => host.name)];

    const clearing = spawn(process.execPath, args, { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
    const networks = new Networks(name, hosts, clearing);
    try {
      await networks.build(`10.231.${subnet}.1/24`);
    } catch (error) {
      await networks.remove();
      throw error;
    }
    return networks;
  }

  /** Loses every frame between a host and some of its networks. Nobody is told: its links stay up. */
  async cut(host: Host, networks: readonly Network[]): Promise<void> {
    for (const network of networks) await ip('-n', this.name, 'link', 'set', this.portOf(host, network), 'nomaster');
  }

  async heal(host: Host): Promise<void> {
    for (const network of NETWORKS) {
      await ip('-n', this.name, 'link', 'set', this.portOf(host, network), 'master', network);
    }
  }

  /** Settles when nothing of them is left. The same happens when this process ends without it. */
  async remove(): Promise<void> {
    this.clearing.stdin?.end();
    await this.cleared;
  }

  private async build(own: string): Promise<void> {
    const link = `slc${process.pid}`;
    await ip('netns', 'add', this.name);
    for (const network of NETWORKS) {
      await ip('-n', this.name, 'link', 'add', network, 'type', 'bridge', 'stp_state', '0');
      await ip('-n', this.name, 'link', 'set', network, 'up');
    }
    await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'machine', 'netns', this.name);
    await ip('-n', this.name, 'link', 'set', 'machine', 'master', 'clients', 'up');
    await ip('addr', 'add', own, 'dev', link);
    await ip('link', 'set', link, 'up');
    for (const host of this.hosts) await this.attach(host);
  }

  private async attach(host: Host): Promise<void> {
    await ip('netns', 'add', host.name);
    await ip('-n', host.name, 'link', 'set', 'lo', 'up');
    for (const network of NETWORKS) {
      const port = this.portOf(host, network);
      const address = network === 'clients' ? host.address : host.innerAddress;
      await ip('-n', this.name, 'link', 'add', port, 'type', 'veth', 'peer', 'name', network, 'netns', host.name);
      await ip('-n', this.name, 'link', 'set', port, 'master', network, 'up');
      await ip('-n', host.name, 'addr', 'add', `${address}/24`, 'dev', network);
      await ip('-n', host.name, 'link', 'set', network, 'up');
    }
  }

  private portOf(host: Host, network: Network): string {
    return `${network}${this.hosts.indexOf(host)}`;
  }
}

async function ip(...args: string[]): Promise<string> {
  return (await execute('ip', args)).stdout;
}

/** Two at the same time have different ids of processes, and so mostly different ones to begin with. */
function freeSubnet(): number {
  const taken = Object.values(networkInterfaces()).flatMap((links) => (links ?? []).map(({ address }) => address));
  for (let step = 0; step < MOST_SUBNETS; step += 1) {
    const subnet = (process.pid + step) % MOST_SUBNETS;
    if (!taken.includes(`10.231.${subnet}.1`)) return subnet;
  }
  throw new Error('every network of 10.231.0.0/16 is taken');
}
