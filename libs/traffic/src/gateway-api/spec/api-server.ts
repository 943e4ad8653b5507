import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { PretendGateway } from './pretend-gateway.js';
import { type Fields, type Intent, type Refusal, RouteObject } from './route-object.js';
import { failure, refused } from './statuses.js';

const ROUTE = '/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/checkout';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/shop-staging/endpointslices';

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** A real HTTP server that does what a Kubernetes API server does for one HTTPRoute and the EndpointSlices of one service. */
export class ApiServer {
  readonly asked: Asked[] = [];
  readonly gateway = new PretendGateway(() => this.route);
  /** Null: it was deleted. */
  route: RouteObject | null;
  /** The tokens that it accepts; without any, no token is needed. */
  tokens: readonly string[] = [];
  /** The `ready` of each endpoint of staging, page by page. */
  endpoints: readonly (readonly (boolean | undefined)[])[] = [[true]];
  /** Takes the place of the API server, for requests with this method. */
  instead: { readonly method: string; readonly respond: RequestListener } | null = null;
  private before: { readonly method: string; readonly act: () => void } | null = null;
  private readonly server;

  private constructor(tls: { readonly key: string; readonly cert: string } | null) {
    this.route = this.newRoute();
    const listener: RequestListener = (request, response) => void this.answer(request, response);
    this.server = tls ? createTlsServer(tls, listener) : createServer(listener);
    this.gateway.wake();
  }

  static async start(tls: { readonly key: string; readonly cert: string } | null = null): Promise<ApiServer> {
    const api = new ApiServer(tls);
    await new Promise<void>((resolve) => api.server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return address.port;
  }

  /** The route as it was before Sluice came: everything goes to production, and nobody owns the rules. */
  newRoute(hostnames = ['shop.example.com']): RouteObject {
    const rules = [{ matches: [{}], backendRefs: [{ name: 'web', port: 80 }] }];
    const route = new RouteObject('checkout', { rules }, () => this.gateway.wake());
    const parentRefs = [{ name: 'public', sectionName: 'https' }];
    route.apply('kubectl', { metadata: {}, spec: { parentRefs, ...(hostnames.length > 0 ? { hostnames } : {}) } });
    return route;
  }

  /** Does something in the moment before the next request with this method is answered. */
  beforeNext(method: string, act: () => void): void {
    this.before = { method, act };
  }

  get isOpen(): boolean {
    return this.server.listening;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { authorization, 'content-type': contentType } = request.headers;
    const method = request.method ?? '';
    this.asked.push({ method, url, authorization, contentType, body: await text(request) });
    if (this.before?.method === method) {
      this.before.act();
      this.before = null;
    }
    if (this.instead?.method === method) return this.instead.respond(request, response);
    const [status, body] = this.outcomeOf(this.asked.at(-1) as Asked);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  private outcomeOf(asked: Asked): [number, Fields] {
    const token = asked.authorization?.replace(/^Bearer /, '');
    if (this.tokens.length > 0 && !this.tokens.includes(token ?? '')) return failure(401, 'Unauthorized');
    if (asked.method === 'GET' && asked.url.pathname === SLICES) return this.slices(asked.url.searchParams);
    if (asked.url.pathname !== ROUTE) return failure(404, `the server could not find ${asked.url.pathname}`);
    if (asked.method === 'GET') {
      return this.route ? [200, this.route.json] : failure(404, 'httproutes "checkout" not found');
    }
    if (asked.method === 'PATCH' && asked.contentType === 'application/apply-patch+yaml') return this.apply(asked);
    return failure(415, `cannot do ${asked.method} with ${asked.contentType}`);
  }

  private apply({ url, body }: Asked): [number, Fields] {
    const manager = url.searchParams.get('fieldManager');
    if (!manager || url.searchParams.get('force') === 'true') return failure(400, 'this is no way to apply');
    const intent: Intent = JSON.parse(body);
    // Who names no uid gets a new route when there is none.
    if (!this.route && intent.metadata.uid === undefined) this.route = this.newRoute([]);
    const refusal: Refusal | null = this.route ? this.route.apply(manager, intent) : { kind: 'modified' };
    if (refusal) return refused(refusal);
    return [200, this.route?.json ?? {}];
  }

  private slices(query: URLSearchParams): [number, Fields] {
    if (query.get('labelSelector') !== 'kubernetes.io/service-name=web-staging')
      return [200, { metadata: {}, items: [] }];
    const page = Number(query.get('continue') ?? 0);
    const endpoints = this.endpoints[page]?.map((ready) => ({ addresses: ['10.0.0.1'], conditions: { ready } }));
    const metadata = page + 1 < this.endpoints.length ? { continue: String(page + 1) } : {};
    return [200, { kind: 'EndpointSliceList', metadata, items: endpoints ? [{ addressType: 'IPv4', endpoints }] : [] }];
  }
}
