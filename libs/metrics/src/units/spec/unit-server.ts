import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import type { Unit } from '#domain';

/** A unit that a spec runs inside its own process, on a free port. */
export interface UnitServer {
  readonly unit: Unit;
  close(): Promise<void>;
}

/** A unit that answers HTTP. */
export async function serveUnit(id: string, listener: RequestListener): Promise<UnitServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    unit: unitAt(id, server.address()),
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

/** A unit that answers with whatever is written to the connection. */
export async function serveRaw(id: string, onConnection: (socket: Socket) => void): Promise<UnitServer> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    // The other side hangs up whenever it likes; that is what is tested.
    socket.on('error', () => sockets.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    unit: unitAt(id, server.address()),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A unit that nobody answers for: its port was free a moment ago. */
export async function deadUnit(id: string): Promise<Unit> {
  const server = await serveUnit(id, (_, response) => response.end());
  await server.close();
  return server.unit;
}

function unitAt(id: string, address: string | AddressInfo | null): Unit {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { id, driver: 'exec', address: `127.0.0.1:${address.port}` };
}
