import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePlaces } from '../free-places.js';
import { startLogServer } from '../projection/log-server.js';
import { ServerProcess } from '../server-process.js';

const SERVICES = fileURLToPath(new URL('../../../services/', import.meta.url));
const READY_MS = 60_000;
const ASK_AGAIN_MS = 50;
const LOG_SHOWN = 2_000;

/** All services as processes of their own, some of them executors. They end when this process does. */
export class ScaledPlane {
  private readonly processes: ServerProcess[] = [];

  private constructor(
    private readonly folder: string,
    readonly natsUrl: string,
    /** Where the gateway listens. */
    readonly url: string,
    readonly slots: number,
  ) {}

  /**
   * Starts a log of its own and the services over it. Settles when every one of them is ready.
   * @param slots units that each executor changes at once
   */
  static async start(folder: string, executors: number, slots: number): Promise<ScaledPlane> {
    const log = await startLogServer(folder);
    const [gateway = ''] = await freePlaces(1);
    const plane = new ScaledPlane(folder, log.url, `http://${gateway}`, slots);
    plane.processes.push(log.process);
    try {
      // Each executor has a data folder of its own, as it has on a machine of its own.
      const names = Array.from({ length: executors }, (_, number) => `executor-${number + 1}`);
      for (const name of ['audit', 'planner', 'observer', ...names]) await plane.service(name);
      await plane.run('gateway', gateway, 'gateway');
      return plane;
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  /** The gateway's tokens by name. */
  get tokensFile(): string {
    return join(this.folder, 'gateway', 'tokens.json');
  }

  async stop(): Promise<void> {
    for (const process of this.processes.reverse()) await process.stop();
  }

  private async service(name: string): Promise<void> {
    const [place = ''] = await freePlaces(1);
    await this.run(name, place, name.replace(/-\d+$/, ''));
  }

  private async run(name: string, place: string, service: string): Promise<void> {
    const data = join(this.folder, name);
    await mkdir(data);
    const [host = '', port = ''] = place.split(':');
    const listens = service === 'gateway' ? [`HOST=${host}`, `PORT=${port}`] : [`OPERATIONS=${place}`];
    const settings = [`NATS_URL=${this.natsUrl}`, `SLUICE_DATA=${data}`, `EXECUTOR_SLOTS=${this.slots}`, ...listens];
    const program = join(SERVICES, service, 'src/main.js');
    const command = ['env', '-u', 'EVENT_STORE_URL', '-u', 'DATABASE_URL', ...settings, process.execPath, program];
    const log = join(this.folder, `${name}.log`);
    this.processes.push(await ServerProcess.start(command, place, log));
    await isReady(`http://${place}/readyz`).catch(async (cause: unknown) => {
      throw new Error(`${name} did not become ready:\n${(await readFile(log, 'utf8')).slice(-LOG_SHOWN)}`, { cause });
    });
  }
}

async function isReady(url: string): Promise<void> {
  for (const deadline = performance.now() + READY_MS; performance.now() < deadline; await sleep(ASK_AGAIN_MS)) {
    if (await saysReady(url)) return;
  }
  throw new Error(`${url} did not say in time that it is ready`);
}

async function saysReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).status === 200;
  } catch (error) {
    // A connection that was kept may be closed by a service that is too busy with its start.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
