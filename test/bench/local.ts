/** A server or services that `npm start` is made of as well. */
interface Stoppable {
  stop(): Promise<void>;
}

interface Nats extends Stoppable {
  readonly url: string;
  readonly version: string;
  start(): Promise<void>;
}

interface Plane extends Stoppable {
  /** Where the gateway listens, `http://127.0.0.1:port`. */
  readonly url: string;
  start(): void;
  ready(): Promise<void>;
}

interface Shutdown {
  add(title: string, stop: () => unknown): void;
  listen(onSignal: () => void): void;
  run(): Promise<void>;
}

/** What runs locally, in `deploy/local`: programs without types of their own, which the build leaves where they are. */
interface Local {
  'log.mjs': { createLog(stream: NodeJS.WriteStream): object };
  'nats-server.mjs': { findNats(log: object, env: NodeJS.ProcessEnv): Promise<object> };
  'nats.mjs': { createNats(options: { server: object; data: string }): Promise<Nats> };
  'plane.mjs': {
    createPlane(options: {
      data: string;
      natsUrl: string;
      supervised: boolean;
      env: NodeJS.ProcessEnv;
    }): Promise<Plane>;
  };
  'shutdown.mjs': { Shutdown: new () => Shutdown };
  'tokens.mjs': { readTokens(data: string): Record<string, string> };
}

/** Seen from dist/test/bench. */
const FOLDER = new URL('../../../deploy/local/', import.meta.url);

export async function local<Name extends keyof Local>(name: Name): Promise<Local[Name]> {
  return (await import(new URL(name, FOLDER).href)) as Local[Name];
}
