import type { Environment, GatewayApiRouter } from '#domain';
import { RouterError } from '../errors.js';

/** The Gateway API of an environment. @throws RouterError `unsupported` when another kind of router divides its traffic. */
export function gatewayApiOf({ metadata, spec }: Environment): GatewayApiRouter {
  if (spec.router.gatewayApi) return spec.router.gatewayApi;
  throw new RouterError('unsupported', `environment ${metadata.name} is not behind a Gateway API`);
}
