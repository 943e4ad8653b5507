import type { Endpoint } from './endpoint.js';
import { ENDPOINTS } from './endpoints.js';

const ALL: readonly Endpoint[] = Object.values(ENDPOINTS);

/** The endpoint that a route of the framework was made from. */
export function endpointAt(method: string, path: string): Endpoint | undefined {
  return ALL.find((endpoint) => endpoint.method === method && endpoint.path === path);
}

/** The methods that the path of a request takes, names filled in; none when there is nothing. */
export function methodsAt(path: string): string[] {
  return PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
}

const PATTERNS = ALL.map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`),
}));
