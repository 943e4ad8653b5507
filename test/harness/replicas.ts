import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileFleet, freePorts, type NatsServer, PostgresServer, startNats, until } from '#testing';
import { ManagedProcess } from '../../deploy/local/managed-process.mjs';
import { isNoAnswer } from '../../deploy/local/no-answer.mjs';
import { SERVICES, type ServiceName } from '../../deploy/local/plane.mjs';
import { ROOT } from '../../deploy/local/setup.mjs';
import { Api } from './api.js';

/** Short enough for a test to wait for, and long enough for a busy machine. */
const LEASE_TTL_MS = 3_000;
const READY_MS = 60_000;

/** One replica of a service: a process with data of its own, as on a machine of its own. */
export class Replica {
  private process: ManagedProcess;

  private constructor(
    readonly service: ServiceName,
    readonly name: string,
    private readonly program: ConstructorParameters<typeof ManagedProcess>[0],
    /** Where it says how it stands, and for a gateway where it listens. */
    readonly url: string,
  ) {
    this.process = new ManagedProcess(program);
  }

  static async of(service: ServiceName, name: string, folder: string, env: NodeJS.ProcessEnv): Promise<Replica> {
    const [port = 0] = await freePorts(1);
    const data = join(folder, name);
    await mkdir(data);
    const place = service === 'gateway' ? { PORT: String(port) } : { OPERATIONS: `127.0.0.1:${port}` };
    const script = join(ROOT, 'dist/services', service, 'src/main.js');
    const program = {
      name,
      command: process.execPath,
      args: [script],
      marker: script,
      cwd: ROOT,
      env: { PATH: process.env.PATH, INSTANCE: name, SLUICE_DATA: data, ...place, ...env },
      logFile: join(folder, `${name}.log`),
      pidFile: join(folder, `${name}.pid`),
    };
    return new Replica(service, name, program, `http://127.0.0.1:${port}`);
  }

  async start(): Promise<void> {
    this.process.start();
    const isReady = async () => {
      if (this.process.deaths > 0) throw new Error(`${this.name} ended:\n${await this.log()}`);
      return answers(`${this.url}/readyz`);
    };
    await until(`${this.name} is ready`, isReady, READY_MS).catch(async (error: unknown) => {
      throw new Error(`${this.name} did not become ready:\n${await this.log()}`, { cause: error });
    });
  }

  /** Asks it to end, and starts it again. */
  async restart(): Promise<void> {
    await this.process.stop(20_000);
    await this.start();
  }

  async kill(): Promise<void> {
    await this.process.kill('SIGKILL');
    this.process = new ManagedProcess(this.program);
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<void> {
    await until(`${this.name} has ended`, () => this.process.deaths > 0);
  }

  log(): Promise<string> {
    return readFile(this.program.logFile, 'utf8');
  }

  /** The name of an executor's journal, by which the log tells who began what. */
  journal(): Promise<string> {
    return readFile(join(this.program.env?.SLUICE_DATA ?? '', 'executor/journal/.name'), 'utf8');
  }
}

/** Two of each service, NATS, PostgreSQL and units: everything real, in a folder that is gone afterwards. */
export class ReplicatedPlane {
  readonly replicas: Replica[] = [];

  private constructor(
    private readonly folder: string,
    readonly nats: NatsServer,
    private readonly postgres: PostgresServer,
    readonly fleet: FileFleet,
  ) {}

  static async start(): Promise<ReplicatedPlane> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-replicas-'));
    const fleet = new FileFleet(join(folder, 'fleet'));
    const plane = new ReplicatedPlane(folder, await startNats(), await PostgresServer.start(), fleet);
    try {
      for (const service of SERVICES) {
        // The second gateway finds the tokens that the first one has made.
        for (const number of [1, 2]) await (await plane.add(service, `${service}-${number}`)).start();
      }
    } catch (error) {
      await plane.stop();
      throw error;
    }
    return plane;
  }

  /** One more replica, not started yet. */
  async add(service: ServiceName, name: string, env: NodeJS.ProcessEnv = {}): Promise<Replica> {
    const shared = {
      NATS_URL: this.nats.url,
      DATABASE_URL: this.postgres.url,
      SLUICE_TOKENS: join(this.folder, 'tokens.json'),
      LEASE_TTL_MS: String(LEASE_TTL_MS),
    };
    const replica = await Replica.of(service, name, this.folder, { ...shared, ...env });
    this.replicas.push(replica);
    return replica;
  }

  replica(name: string): Replica {
    const found = this.replicas.find((replica) => replica.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  }

  /** One gateway's interface. */
  api(gateway = 'gateway-1'): Api {
    return new Api(this.replica(gateway).url, this.folder);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.replicas].reverse().map((replica) => replica.stop()));
    await this.fleet.stop();
    await this.nats.stop();
    await this.postgres.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    if (isNoAnswer(error)) return false;
    throw error;
  }
}
