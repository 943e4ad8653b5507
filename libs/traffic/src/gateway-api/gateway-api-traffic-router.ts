import {
  CLOSED,
  type Environment,
  type GatewayApiRouter,
  isClosed,
  type TrafficMode,
  type TrafficSplit,
  toMs,
} from '#domain';
import { RouterError } from '../errors.js';
import type { RouterOptions, TrafficRouter } from '../port.js';
import { TimeLimit } from '../time-limit.js';
import { KubernetesApi, type Resource } from './api/kubernetes-api.js';
import { gatewayApiOf } from './gateway-api-of.js';
import { hasReadyEndpoint } from './ready-endpoints.js';
import { holds } from './route/holds.js';
import type { RouteRule } from './route/http-route.js';
import { foundlings, type GatewayName, isTo, LiveRoute } from './route/live-route.js';
import { routeRules } from './route/route-rules.js';
import { standingOf } from './route/standing.js';

const POLL_MS = 200;

/**
 * Divides the traffic through an HTTPRoute of the Kubernetes Gateway API, whichever implementation serves it.
 *
 * It keeps less of the port's promises than the other routers, since the API has no more to give: users are not kept on
 * one side, and a staging that becomes unready fails its share. `gatewayApiProblems` says all of it, for an environment.
 *
 * The route has to exist, and nobody else may manage its rules: nothing is ever taken by force. Hand them over with
 * `kubectl apply --server-side --field-manager=sluice` of a manifest with the rules alone, and take them out of the
 * manifest that they come from. The service account needs `get` and `patch` on the route, and `list` on the
 * EndpointSlices in the namespace of staging.
 */
export class GatewayApiTrafficRouter implements TrafficRouter {
  private readonly router: GatewayApiRouter;
  private readonly api: KubernetesApi;
  private readonly route: Resource<LiveRoute>;
  private readonly gateway: GatewayName;
  private readonly staging: { readonly service: string; readonly namespace: string };

  /** @throws RouterError `unsupported` when the environment has another kind of router. */
  constructor(
    private readonly environment: Environment,
    private readonly mode: TrafficMode,
  ) {
    const router = gatewayApiOf(environment);
    this.router = router;
    this.api = new KubernetesApi(router);
    const [namespace, name] = [router.namespace, router.route].map(encodeURIComponent);
    this.route = {
      path: `apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes/${name}`,
      what: `HTTPRoute ${router.namespace}/${router.route}`,
      form: LiveRoute,
    };
    this.gateway = { name: router.gateway, namespace: router.gatewayNamespace ?? router.namespace };
    this.staging = { service: router.staging.service, namespace: router.staging.namespace ?? router.namespace };
  }

  async apply(split: TrafficSplit, options: RouterOptions): Promise<void> {
    await this.applyWithin(split, new TimeLimit(options));
  }

  async converged(split: TrafficSplit, options: RouterOptions): Promise<boolean> {
    return this.convergedWithin(split, new TimeLimit(options));
  }

  /** Always null: the API counts no requests. */
  async observe(): Promise<null> {
    return null;
  }

  /**
   * Closes the split, waits until the Gateway has taken that, and then for the time that the environment gives requests
   * under way: the API does not show whether there are any left. Give it more time than that.
   */
  async drain(options: RouterOptions): Promise<void> {
    const limit = new TimeLimit(options);
    await this.applyWithin(CLOSED, limit);
    while (!(await this.convergedWithin(CLOSED, limit)))
      await limit.pause(POLL_MS, `${this.gatewayName} did not close`);
    await limit.pause(toMs(this.router.settle), `the ${this.router.settle} that requests are given did not pass`);
  }

  private async applyWithin(split: TrafficSplit, limit: TimeLimit): Promise<void> {
    const rules = routeRules(this.environment, split, this.mode);
    // A route that does not exist would be made by applying to it, and take the requests of all hosts.
    const live = await this.api.read(this.route, limit);
    if (!isClosed(split)) await this.assertOpenable(live, limit);
    const applied = await this.api.apply(this.route, this.intentFor(rules, live), limit);
    if (!holds(applied.spec.rules, rules)) {
      throw new RouterError('refused', `${this.route.what} was changed on its way in, as by an admission webhook`);
    }
  }

  /** Closing is possible whatever has become of the route and of staging. */
  private async assertOpenable(live: LiveRoute, limit: TimeLimit): Promise<void> {
    if (!live.spec.parentRefs?.some((ref) => isTo(this.gateway, this.router.namespace, ref))) {
      throw new RouterError('refused', `${this.route.what} does not hang from ${this.gatewayName}`);
    }
    if (await hasReadyEndpoint(this.api, this.staging, limit)) return;
    throw new RouterError('not-ready', `no endpoint of ${this.staging.namespace}/${this.staging.service} is ready`);
  }

  private async convergedWithin(split: TrafficSplit, limit: TimeLimit): Promise<boolean> {
    const rules = routeRules(this.environment, split, this.mode);
    const live = await this.api.read(this.route, limit);
    if (!holds(live.spec.rules, rules)) return false;
    const standing = standingOf(live, this.gateway);
    if (standing.kind === 'rejected') {
      const message = `${this.gatewayName} does not take ${this.route.what}`;
      // It may do so as soon as something else is there, such as a service.
      throw new RouterError('refused', `${message}: ${standing.why}`, { retryable: true });
    }
    if (standing.kind === 'pending') return false;
    // The Gateway does not turn to production when staging is gone: its share then fails and goes nowhere.
    return isClosed(split) || hasReadyEndpoint(this.api, this.staging, limit);
  }

  /** Holds the uid, so that a route that was deleted meanwhile is not made anew. */
  private intentFor(rules: readonly RouteRule[], live: LiveRoute): object {
    const { uid, resourceVersion } = live.metadata;
    const metadata = { name: this.router.route, namespace: this.router.namespace, uid };
    const kind = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' };
    const found = foundlings(live);
    if (Object.keys(found).length === 0) return { ...kind, metadata, spec: { rules } };
    // These go back as they were read, so that has to be still what is there.
    return { ...kind, metadata: { ...metadata, resourceVersion }, spec: { ...found, rules } };
  }

  private get gatewayName(): string {
    return `Gateway ${this.gateway.namespace}/${this.gateway.name}`;
  }
}
