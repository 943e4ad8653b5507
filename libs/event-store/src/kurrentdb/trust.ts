import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { KurrentNode, KurrentUrl } from './kurrent-url.js';

/**
 * Why a node cannot be believed to be who it says: the client only says that it could not be reached, which would be
 * waited for, and no waiting makes a certificate a good one.
 * @returns the node and the code of OpenSSL, `SELF_SIGNED_CERT_IN_CHAIN`; undefined when nothing is wrong with the
 * certificates, or when none can be seen
 */
export async function distrust({ nodes, tls }: KurrentUrl, timeoutMs: number): Promise<string | undefined> {
  if (tls === undefined || !tls.verifies) return undefined;
  const authority = tls.authorityFile === undefined ? undefined : await readFile(tls.authorityFile);
  const doubts = await Promise.all(nodes.map((node) => doubtAbout(node, authority, timeoutMs)));
  return doubts.find((doubt) => doubt !== undefined);
}

function doubtAbout({ host, port }: KurrentNode, ca: Buffer | undefined, timeoutMs: number) {
  return new Promise<string | undefined>((resolve) => {
    // Not refused here, so that it can be asked what is wrong. Nothing is sent.
    const options = { host, port, ca, servername: isIP(host) > 0 ? '' : host, rejectUnauthorized: false };
    const socket = connect({ ...options, ALPNProtocols: ['h2'], timeout: timeoutMs }, () => {
      // A code, whatever its type says.
      const code = socket.authorized ? undefined : String(socket.authorizationError);
      end(code === undefined ? undefined : `${host}:${port} (${code})`);
    });
    const end = (doubt?: string) => {
      socket.destroy();
      resolve(doubt);
    };
    // Nobody there, or nobody who speaks TLS: that is no matter of trust.
    socket.on('error', () => end());
    socket.on('timeout', () => end());
  });
}
