import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** Sends these bytes (latin1) as they are and reads until the server closes. The status, or null when there is none. */
export async function rawRequest(port: number, bytes: string): Promise<number | null> {
  const socket = connect({ host: '127.0.0.1', port });
  // Not ended: HAProxy drops a request whose sender has closed its side.
  socket.write(Buffer.from(bytes, 'latin1'));
  const status = /^HTTP\/1\.1 (\d{3})/.exec(await text(socket))?.[1];
  return status === undefined ? null : Number(status);
}

/** A GET of this path with these header lines, after which the connection is closed. */
export function get(port: number, path: string, headers: readonly string[] = []): Promise<number | null> {
  return rawRequest(
    port,
    [
      'GET ',
      path,
      ' HTTP/1.1\r\nhost: x\r\nconnection: close\r\n',
      ...headers.map((line) => `${line}\r\n`),
      '\r\n',
    ].join(''),
  );
}
