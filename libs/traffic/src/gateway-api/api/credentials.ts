import { readFile } from 'node:fs/promises';
import type { GatewayApiRouter } from '#domain';
import { RouterError } from '../../errors.js';
import { hasCode } from '../../node-error.js';

/** What a request to the API server is made with. */
export interface Credentials {
  readonly token?: string;
  /** In PEM form; the machine's own authorities count when absent. */
  readonly ca?: string;
}

/** More than any token or bundle of certificates: 1 MiB. */
const MAX_CHARACTERS = 1_048_576;

/**
 * Reads both files anew: kubelets replace tokens about every hour, and authorities sometimes.
 *
 * @throws RouterError `refused` when a file cannot be read or holds no token. It never says what is in a file.
 */
export async function readCredentials(router: Pick<GatewayApiRouter, 'tokenFile' | 'caFile'>): Promise<Credentials> {
  const [token, ca] = await Promise.all([read('token', router.tokenFile), read('CA', router.caFile)]);
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new RouterError('refused', `${router.tokenFile} does not hold a token`);
  }
  return { ...(token === undefined ? {} : { token }), ...(ca === undefined ? {} : { ca }) };
}

async function read(what: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    const text = (await readFile(path, 'utf8')).trim();
    if (text.length <= MAX_CHARACTERS) return text;
  } catch (error) {
    if (!hasCode(error)) throw error;
    throw new RouterError('refused', `the ${what} file ${path} cannot be read: ${error.code}`, { cause: error });
  }
  throw new RouterError('refused', `the ${what} file ${path} is too large`);
}
