import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a server on this machine, and can do to their connections what networks do. */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #lossy = false;
  #lost: () => void = () => undefined;

  private constructor(readonly targetPort: number) {
    this.#server = createServer((client) => this.#join(client));
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Where clients connect. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on what servers send is lost, until `heal` or `cut`. Resolves when the first bytes were lost. */
  loseTowardsClients(): Promise<void> {
    this.#lossy = true;
    return new Promise((resolve) => {
      this.#lost = resolve;
    });
  }

  /** What servers send arrives again. What was lost stays lost. */
  heal(): void {
    this.#lossy = false;
  }

  /** Breaks all connections. New ones are whole. */
  cut(): void {
    this.heal();
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    const server = connect({ host: '127.0.0.1', port: this.targetPort });
    client.pipe(server);
    server.on('data', (chunk: Buffer) => {
      if (this.#lossy) this.#lost();
      else client.write(chunk);
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      // An error is always followed by 'close', and the other side learns of it there.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
