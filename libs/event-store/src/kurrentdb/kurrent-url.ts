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

/** Where a node listens, or where the nodes of a cluster are asked for. */
export interface KurrentNode {
  readonly host: string;
  readonly port: number;
}

/** A URL of KurrentDB, taken apart as far as its secrets have to be kept from the rest. */
export interface KurrentUrl {
  /** For the client. Holds the credentials: never in a message. */
  readonly connectionString: string;
  /** For messages: scheme and hosts. */
  readonly shown: string;
  readonly nodes: readonly KurrentNode[];
  /** Whether the client looks for a leader, rather than ask the one node. */
  readonly isCluster: boolean;
  /** Never in a message. */
  readonly login: { readonly username: string; readonly password: string } | undefined;
  /** Undefined when the connection is a plain one. */
  readonly tls: { readonly verifies: boolean; readonly authorityFile: string | undefined } | undefined;
}

const PORT = 2113;
const SWITCHES = ['tls', 'tlsVerifyCert'];

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
  const login = loginIn(credentials, shown);
  const options = parseOptions(search, shown);
  if (options.get('tls') === 'false' && login !== undefined) {
    throw new InvalidInput(`${shown}: without TLS the client sends no credentials; leave them out, or tls=false`);
  }
  // What the native part of the client waits before its first call, be there one node or several: half a second if unsaid.
  if (!options.has('discoveryInterval')) options.set('discoveryInterval', '20');
  if (!options.has('connectionName')) options.set('connectionName', encodeURIComponent(name));
  const settings = [...options].map(([option, value]) => `${option}=${value}`).join('&');
  const connectionString = `${scheme.replace('esdb', 'kurrentdb')}://${credentials}${hosts}?${settings}`;
  const nodes = hosts.split(',').map((node) => {
    const [host = '', port] = splitAt(node, node.indexOf(':'), 1);
    return { host, port: Number(port ?? PORT) };
  });
  const authorityFile = options.get('tlsCAFile');
  const tls = {
    verifies: options.get('tlsVerifyCert') !== 'false',
    authorityFile: authorityFile === undefined ? undefined : decodeURIComponent(authorityFile),
  };
  const isCluster = nodes.length > 1 || scheme.endsWith('+discover');
  return { connectionString, shown, nodes, isCluster, login, tls: options.get('tls') === 'false' ? undefined : tls };
}

function loginIn(credentials: string, shown: string): KurrentUrl['login'] {
  if (credentials === '') return undefined;
  const [, username, password] = /^([^:@/]+):([^:@/]+)@$/.exec(credentials) ?? [];
  if (username === undefined || password === undefined || !isEncoded(credentials)) {
    throw new InvalidInput(`the credentials for ${shown} are user:password, each percent-encoded`);
  }
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** Whether what looks like percent-encoding is some. */
function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

function parseOptions(search: string, shown: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const part of search.split('&').filter((text) => text !== '')) {
    const [key = '', value = ''] = splitAt(part, part.indexOf('='), 1);
    const option = KNOWN.get(key.toLowerCase());
    if (option === undefined || value === '') {
      throw new InvalidInput(`${shown} has an option that is none; these are: ${OPTIONS.join(', ')}`);
    }
    if ((SWITCHES.includes(option) && !/^(true|false)$/.test(value)) || !isEncoded(value)) {
      throw new InvalidInput(`${shown} has an option that is not understood: ${option} is not ${value}`);
    }
    options.set(option, value);
  }
  return options;
}

function splitAt(text: string, index: number, length: number): string[] {
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + length)];
}
