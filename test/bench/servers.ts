import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { local } from './local.js';

/** A NATS server, as `npm start` starts it, for one benchmark alone. */
export interface NatsInBench {
  readonly url: string;
  /** Of the server, `2.10.1`. */
  readonly version: string;
}

/** The five services on it, as five processes. */
export interface PlaneInBench {
  readonly nats: NatsInBench;
  /** Where the gateway listens, `127.0.0.1:port`. */
  readonly place: string;
  /** Of the people that the gateway knows at its first start, by name: `author`, `operator`, `admin`. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** Gives a NATS server of its own to a measurement, and takes it away again however that ends. */
export async function withNats<Result>(measure: (nats: NatsInBench) => Promise<Result>): Promise<Result> {
  return withFolder((data, onEnd) => startNats(data, onEnd).then(measure));
}

/** As {@link withNats}, with the five services. */
export async function withPlane<Result>(measure: (plane: PlaneInBench) => Promise<Result>): Promise<Result> {
  return withFolder(async (data, onEnd) => {
    const nats = await startNats(data, onEnd);
    const { createPlane } = await local('plane.mjs');
    const plane = await createPlane({ data, natsUrl: nats.url, supervised: false, env: ownEnvironment() });
    onEnd('the services', () => plane.stop());
    plane.start();
    await plane.ready();
    const { readTokens } = await local('tokens.mjs');
    return measure({ nats, place: new URL(plane.url).host, tokens: readTokens(data) });
  });
}

type OnEnd = (title: string, stop: () => unknown) => void;

async function startNats(data: string, onEnd: OnEnd): Promise<NatsInBench> {
  const { createLog } = await local('log.mjs');
  const { findNats } = await local('nats-server.mjs');
  const { createNats } = await local('nats.mjs');
  const nats = await createNats({ server: await findNats(createLog(process.stderr), ownEnvironment()), data });
  onEnd('nats-server', () => nats.stop());
  await nats.start();
  return nats;
}

/** What was started is stopped at a signal too: it runs in sessions of its own, where Ctrl-C does not reach it. */
async function withFolder<Result>(work: (data: string, onEnd: OnEnd) => Promise<Result>): Promise<Result> {
  const { Shutdown } = await local('shutdown.mjs');
  const shutdown = new Shutdown();
  shutdown.listen(() => console.error('stopping …'));
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  shutdown.add(folder, () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  try {
    return await work(folder, (title, stop) => shutdown.add(title, stop));
  } finally {
    await shutdown.run();
  }
}

/** Never somebody's real servers. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { NATS_URL, EVENT_STORE_URL, DATABASE_URL, ...env } = process.env;
  return env;
}
