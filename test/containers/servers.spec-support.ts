import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { images } from './images.mjs';

const NATS_PORT = 4222;
const KURRENTDB_PORT = 2113;

/** By it everything of one run is found again, should this process end before it has stopped its containers. */
function labels(): Record<string, string> {
  const [name = '', value = ''] = (process.env.SLUICE_TEST_LABEL ?? 'sluice.test=by-hand').split('=');
  return { [name]: value };
}

/** The containers of one suite. They are removed one and all, also when one of them has not come up. */
export class Servers {
  private readonly started: StartedTestContainer[] = [];

  /** A NATS server with JetStream. */
  async nats(): Promise<string> {
    const container = new GenericContainer(images().NATS_IMAGE)
      .withCommand(['-js', '-sd', '/data'])
      .withExposedPorts(NATS_PORT)
      // The image has no shell to look at ports with.
      .withWaitStrategy(Wait.forLogMessage(/Server is ready/));
    return `nats://${await this.start(container, NATS_PORT)}`;
  }

  /** An empty database. */
  async postgres(): Promise<string> {
    const database = new PostgreSqlContainer(images().POSTGRES_IMAGE).withLabels(labels());
    const container = await database.withDatabase('sluice').withUsername('sluice').withPassword('sluice').start();
    this.started.push(container);
    return container.getConnectionUri();
  }

  /** One node of KurrentDB without TLS. */
  async kurrentDb(): Promise<string> {
    const container = new GenericContainer(images().KURRENTDB_IMAGE)
      .withEnvironment({ KURRENTDB_INSECURE: 'true', KURRENTDB_CLUSTER_SIZE: '1', KURRENTDB_RUN_PROJECTIONS: 'None' })
      .withExposedPorts(KURRENTDB_PORT)
      .withWaitStrategy(Wait.forHttp('/health/live', KURRENTDB_PORT).forStatusCode(204));
    return `kurrentdb://${await this.start(container, KURRENTDB_PORT)}?tls=false`;
  }

  async stop(): Promise<void> {
    await Promise.all(this.started.splice(0).map((container) => container.stop({ removeVolumes: true })));
  }

  private async start(container: GenericContainer, port: number): Promise<string> {
    const started = await container.withLabels(labels()).start();
    this.started.push(started);
    return `${started.getHost()}:${started.getMappedPort(port)}`;
  }
}
