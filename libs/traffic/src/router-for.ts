import type { Environment, TrafficMode } from '#domain';
import { RouterError } from './errors.js';
import { GatewayApiTrafficRouter } from './gateway-api/gateway-api-traffic-router.js';
import { HaproxyTrafficRouter } from './haproxy/haproxy-traffic-router.js';
import { NginxTrafficRouter } from './nginx/nginx-traffic-router.js';
import type { TrafficRouter } from './port.js';
import type { RouterSettings } from './settings.js';

/**
 * The router of an environment, ready to be told how to divide its traffic.
 *
 * @throws RouterError `unsupported`, terminal, when this kind of router cannot do what the mode asks for.
 */
export function routerFor(environment: Environment, mode: TrafficMode, settings: RouterSettings = {}): TrafficRouter {
  const { router } = environment.spec;
  if (mode === 'mirror' && router.haproxy)
    throw new RouterError('unsupported', `the router of ${environment.metadata.name} is HAProxy, which cannot mirror`);
  if (router.haproxy) return new HaproxyTrafficRouter(environment);
  if (router.nginx) return new NginxTrafficRouter(environment, settings);
  if (router.gatewayApi) return new GatewayApiTrafficRouter(environment, mode);
  throw new RouterError('unsupported', `the environment ${environment.metadata.name} has no router that can ${mode}`);
}
