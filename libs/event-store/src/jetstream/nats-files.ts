import { readFileSync } from 'node:fs';
import { types } from 'node:util';
import { type Authenticator, jwtAuthenticator, nkeyAuthenticator, nkeys } from '@nats-io/transport-node';
import { UnusableCredentials } from '../errors.js';

/** Files that say who connects to NATS, and whom it trusts; each by its path. */
export interface NatsFiles {
  /** The JWT and the seed of a user, as `nsc generate creds` writes them, or nothing but the seed of an NKey. */
  readonly credentials?: string;
  /** The authorities that vouch for the servers, PEM, instead of those of the system. */
  readonly ca?: string;
  /** The client's own certificate, PEM, for servers that verify their clients. */
  readonly certificate?: string;
  /** The key that belongs to it. */
  readonly key?: string;
}

const BLOCK = /-{3,}BEGIN ([A-Z ]+)-{3,}\s+(\S+)\s+-{3,}END \1-{3,}/g;
const SEED = /^SU[A-Z2-7]{56}$/;

/**
 * Proves who connects by a file of credentials.
 * @throws {UnusableCredentials}
 */
export function authenticatorOf(file: string): Authenticator {
  let proof = proofIn(file);
  return (nonce) => {
    try {
      proof = proofIn(file);
    } catch (error) {
      // Whoever replaces a file may not have done with it: what held until now is for the server to judge. Without it
      // the client would give up its connection for good.
      if (!(error instanceof UnusableCredentials)) throw error;
    }
    return proof(nonce);
  };
}

/** @throws {UnusableCredentials} */
export function checkReadable(file: string): void {
  read(file);
}

function proofIn(file: string): Authenticator {
  const text = read(file).toString('utf8').trim();
  const blocks = new Map([...text.matchAll(BLOCK)].map(([, name = '', content = '']) => [name, content]));
  const jwt = blocks.get('NATS USER JWT');
  const seed = blocks.get('USER NKEY SEED') ?? (blocks.size === 0 ? text : '');
  if (!isSeed(seed) || (blocks.size > 0 && jwt === undefined)) {
    throw new UnusableCredentials(
      `${file} is no NATS credential: it has to hold a user's JWT and seed, or a seed alone`,
    );
  }
  const secret = Buffer.from(seed);
  return jwt === undefined ? nkeyAuthenticator(secret) : jwtAuthenticator(jwt, secret);
}

function isSeed(text: string): boolean {
  if (!SEED.test(text)) return false;
  try {
    nkeys.fromSeed(Buffer.from(text)).clear();
    return true;
  } catch (error) {
    if (error instanceof nkeys.NKeysError) return false;
    throw error;
  }
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (!types.isNativeError(error) || !('code' in error)) throw error;
    throw new UnusableCredentials(`${file} cannot be read (${error.code}): NATS asks for what it holds`, {
      cause: error,
    });
  }
}
