import { z } from 'zod';
import { Name } from '../metadata.js';

const AbsolutePath = z.string().min(1).max(300).startsWith('/');
const Backend = z.strictObject({ service: Name, port: z.int().min(1).max(65_535) });

/** A Gateway API implementation, steered through an HTTPRoute. */
export const GatewayApiRouter = z.strictObject({
  /** The API server; inside a cluster `https://kubernetes.default.svc`. */
  api: z.url({ protocol: /^https?$/ }).default('https://kubernetes.default.svc'),
  namespace: Name,
  /** The HTTPRoute that is taken over, field by field, by server-side apply. */
  route: Name,
  /** The Gateway that the route hangs from. */
  gateway: Name,
  production: Backend,
  staging: Backend,
  /** Files with the token and the CA of a service account. */
  tokenFile: AbsolutePath.optional(),
  caFile: AbsolutePath.optional(),
});
export type GatewayApiRouter = z.infer<typeof GatewayApiRouter>;
