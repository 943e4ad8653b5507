import { InvalidInput } from '../errors.js';

const SCHEMES = ['kurrentdb', 'esdb', 'kurrentdb+discover', 'esdb+discover'];

/** What the client knows. It would print the whole URL, with its password, for any other. */
const OPTIONS = [
  'connectionName',
  'defaultDeadline',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'maxDiscoverAttempts',
  'nodePreference',
  'tls',
  'tlsCAFile',
  'tlsVerifyCert',
  'userCertFile',
  'userKeyFile',
];
const KNOWN = new Map(OPTIONS.map((option) => [option.toLowerCase(), option]));

/** A URL of KurrentDB, taken apart as far as its secrets have to be kept from the rest. */
export interface KurrentUrl {
  /** For the client. Holds the credentials: never in a message. */
  readonly connectionString: string;
  /** For messages: scheme and hosts. */
  readonly shown: string;
}

/**
 * Checks a connection string, `kurrentdb://[user:password@]host[:port][,host[:port]…][?option=value…]`, and names the
 * connection. `esdb://` is the same by its former name. With `+discover`, or several hosts, the client looks for the
 * leader of the cluster. Credentials are percent-encoded.
 * @throws {InvalidInput} without the credentials in it
 */
export function parseKurrentUrl(url: string, name: string): KurrentUrl {
  const [scheme = '', address = ''] = splitAt(url, url.indexOf('://'), 3);
  const query = address.indexOf('?');
  const [place, search] = query < 0 ? [address, ''] : [address.slice(0, query), address.slice(query + 1)];
  const at = place.lastIndexOf('@');
  const credentials = at < 0 ? '' : place.slice(0, at + 1);
  const hosts = place.slice(at + 1).replace(/\/+$/, '');
  const shown = `${scheme}://${hosts}`;
  if (!SCHEMES.includes(scheme) || !/^[^\s:,@/]+(:\d+)?(,[^\s:,@/]+(:\d+)?)*$/.test(hosts)) {
    throw new InvalidInput('a KurrentDB URL is kurrentdb://[user:password@]host[:port][,…][?option=value]');
  }
  if (credentials !== '' && !/^[^:@/]+:[^:@/]+@$/.test(credentials)) {
    throw new InvalidInput(`the credentials for ${shown} are user:password, each percent-encoded`);
  }
  const options = parseOptions(search, shown);
  if (options.get('tls') === 'false' && credentials !== '') {
    throw new InvalidInput(`${shown}: without TLS the client sends no credentials; leave them out, or tls=false`);
  }
  // What the native part of the client waits before its first call, be there one node or several: half a second if unsaid.
  if (!options.has('discoveryInterval')) options.set('discoveryInterval', '20');
  if (!options.has('connectionName')) options.set('connectionName', encodeURIComponent(name));
  const settings = [...options].map(([option, value]) => `${option}=${value}`).join('&');
  const connectionString = `${scheme.replace('esdb', 'kurrentdb')}://${credentials}${hosts}?${settings}`;
  return { connectionString, shown };
}

function parseOptions(search: string, shown: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const part of search.split('&').filter((text) => text !== '')) {
    const [key = '', value = ''] = splitAt(part, part.indexOf('='), 1);
    const option = KNOWN.get(key.toLowerCase());
    if (option === undefined || value === '') {
      throw new InvalidInput(`${shown} has an option that is none; these are: ${OPTIONS.join(', ')}`);
    }
    options.set(option, value);
  }
  return options;
}

function splitAt(text: string, index: number, length: number): string[] {
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + length)];
}
