import type { NodeConnectionOptions } from '@nats-io/transport-node';
import { UnusableCredentials } from '../errors.js';
import { authenticatorOf, checkReadable, type NatsFiles } from './nats-files.js';

/**
 * A server that is cut off says nothing, and neither does the network: so it is asked every three seconds, and left
 * for another of the list when two questions have no answer. Without that its clients stay with it for minutes.
 */
const LIVELINESS = { pingInterval: 3_000, maxPingOut: 2 } as const;
/** For one server of the list to take a connection. The client's own is 20,000. */
const CONNECT_MS = 5_000;

/**
 * The NATS client takes servers and credentials apart; people write them as one URL:
 * `nats://[user:password@|token@]host[:port][,host[:port]…]`, or `tls://…`. Credentials are percent-encoded.
 */
export function parseNatsUrl(url: string): NodeConnectionOptions & { readonly servers: string[] } {
  const [scheme, address = ''] = url.split('://');
  const at = address.lastIndexOf('@');
  const servers = address
    .slice(at + 1)
    .replace(/\/+$/, '')
    .split(',');
  const tls = scheme === 'tls' ? { tls: {} } : {};
  if (at < 0) return { servers, ...tls };
  const [user, pass] = address.slice(0, at).split(':').map(decodeURIComponent);
  return pass === undefined ? { servers, token: user, ...tls } : { servers, user, pass, ...tls };
}

/**
 * How a service connects, wherever it does: with the servers and credentials of its URL, those of its files, and with
 * inboxes of its own, `_INBOX_<service>.>`, so that a server can keep one service from reading the answers to another.
 * Files are read again for every connection, so that what is replaced while the service runs counts from the next one
 * on. A server that falls silent is left within ten seconds.
 *
 * @param service letters, digits and dashes, as in a subject
 * @throws {UnusableCredentials} when a file cannot be read or holds no credential, or one of certificate and key is missing
 */
export function serviceConnection(
  url: string,
  service: string,
  files: NatsFiles = {},
): ReturnType<typeof parseNatsUrl> {
  const { credentials, ca, certificate, key } = files;
  const settings = { ...parseNatsUrl(url), ...LIVELINESS, timeout: CONNECT_MS, inboxPrefix: `_INBOX_${service}` };
  if ((certificate === undefined) !== (key === undefined)) {
    throw new UnusableCredentials('a certificate is of no use without its key, nor a key without its certificate');
  }
  for (const file of [ca, certificate, key]) if (file !== undefined) checkReadable(file);
  // The client reads these by itself, each time that it connects.
  const tls = {
    ...(ca && { caFile: ca }),
    ...(certificate && { certFile: certificate }),
    ...(key && { keyFile: key }),
  };
  return {
    ...settings,
    ...(Object.keys(tls).length > 0 && { tls }),
    ...(credentials && { authenticator: authenticatorOf(credentials) }),
  };
}
