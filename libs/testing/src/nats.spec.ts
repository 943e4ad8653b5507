import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { transformFile } from '@swc/core';
import { type NatsServer, startNats } from './nats.js';

async function streamsOf(nats: NatsServer): Promise<string[]> {
  const nc = await connect({ servers: nats.url, reconnect: false });
  const names: string[] = [];
  for await (const name of (await jetstreamManager(nc)).streams.names()) names.push(name);
  await nc.close();
  return names;
}

async function addStream(nats: NatsServer): Promise<void> {
  const nc = await connect({ servers: nats.url });
  await (await jetstreamManager(nc)).streams.add({ name: 'KEPT', subjects: ['kept'] });
  await nc.close();
}

/** Prints the port of the server that it starts. */
async function startNatsInAnotherProcess() {
  const [nats = '', serverProcess = ''] = await Promise.all(
    ['nats.ts', 'server-process.ts'].map(async (file) => {
      const path = new URL(file, import.meta.url).pathname;
      return (await transformFile(path, { jsc: { target: 'es2022' } })).code;
    }),
  );
  const imported = `data:text/javascript;base64,${Buffer.from(serverProcess).toString('base64')}`;
  const code = nats.replace('./server-process.js', imported);
  const program = `${code}\nconsole.log((await startNats()).port); setInterval(() => undefined, 1000);`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('a nats-server for tests', () => {
  const { NATS_SERVER_BIN } = process.env;
  afterEach(() => {
    if (NATS_SERVER_BIN === undefined) delete process.env.NATS_SERVER_BIN;
    else process.env.NATS_SERVER_BIN = NATS_SERVER_BIN;
  });

  it('runs beside others, with JetStream, and leaves nothing behind', async () => {
    const servers = await Promise.all([startNats(), startNats()]);
    expect(new Set(servers.map(({ port }) => port)).size).toBe(2);
    for (const server of servers) expect(await streamsOf(server)).toEqual([]);

    for (const server of servers) await server.stop();
    for (const server of servers) {
      expect(existsSync(server.dir)).toBe(false);
      await expect(streamsOf(server)).rejects.toThrow('connection refused');
    }
  });

  it('comes back with its data on its port, after a good end and after a crash', async () => {
    const server = await startNats();
    try {
      await addStream(server);
      await server.restart();
      expect(await streamsOf(server)).toEqual(['KEPT']);

      await server.kill();
      await expect(streamsOf(server)).rejects.toThrow('connection refused');
      await server.restart();
      expect(await streamsOf(server)).toEqual(['KEPT']);
    } finally {
      await server.stop();
    }
  });

  it('ends with the process that started it, even if that is killed', async () => {
    const starter = await startNatsInAnotherProcess();
    const [port] = (await once(starter.stdout, 'data')) as [Buffer];
    const connection = createConnection({ host: '127.0.0.1', port: Number(port) });
    connection.resume();
    await once(connection, 'connect');

    starter.kill('SIGKILL');
    await once(connection, 'close');
  });

  it('says what to do when there is no nats-server, and what it printed when it does not start', async () => {
    process.env.NATS_SERVER_BIN = '/nowhere/nats-server';
    await expect(startNats()).rejects.toThrow('install nats-server');
    process.env.NATS_SERVER_BIN = '/bin/false';
    await expect(startNats()).rejects.toThrow('ended while starting (1)');
  });
});
