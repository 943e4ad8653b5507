import { z } from 'zod';
import { Duration, toMs } from '../../values/duration.js';
import { Labels } from '../metadata.js';

const AbsolutePath = z.string().min(1).max(300).startsWith('/');
/** Kubernetes' names of namespaces and services. */
const Label = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be at most 63 lower-case letters, digits and dashes');
/** Kubernetes' names of most other things. */
const Subdomain = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]{0,198}[a-z0-9])?$/, 'must be at most 200 lower-case letters, digits, dots and dashes');

/** The token of a service account goes to this address, so it goes nowhere in the clear. */
const Api = z
  .url({ protocol: /^https?$/ })
  .max(300)
  .regex(/^[^@?#]+$/, 'must be an address without a user, a query or a fragment')
  .regex(
    /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$))/,
    'must be https, or http on this machine as with kubectl proxy',
  );

const Backend = z.strictObject({
  service: Label,
  port: z.int().min(1).max(65_535),
  /** The route's namespace unless said otherwise; another one needs a ReferenceGrant there. */
  namespace: Label.optional(),
});

/**
 * A Gateway API implementation, steered through an HTTPRoute. The route has to exist; its rules are taken over by
 * server-side apply, and everything else stays with whoever made it.
 */
export const GatewayApiRouter = z.strictObject({
  /** The API server; inside a cluster `https://kubernetes.default.svc`. */
  api: Api.default('https://kubernetes.default.svc'),
  /** The namespace of the route. */
  namespace: Label,
  route: Subdomain,
  /** The Gateway that the route hangs from. */
  gateway: Subdomain,
  /** The namespace of the Gateway; the route's unless said otherwise. */
  gatewayNamespace: Label.optional(),
  /** Where the Gateway's proxies run; its own namespace unless said otherwise. For the generated network policies. */
  proxyNamespace: Label.optional(),
  production: Backend,
  staging: Backend,
  /** How long requests under way to staging are given to end, once no new ones go there: the API does not show them. */
  settle: Duration.refine((text) => toMs(text) <= 3_600_000, 'must be at most 1h').default('10s'),
  /** What tells the environment's pods from others in the namespace of `staging`; without it all of them are. */
  pods: Labels.refine((labels) => Object.keys(labels).length > 0, 'needs a label, or all pods are meant').optional(),
  /** Files with the token and the CA of a service account. The token is read anew for each request, since it rotates. */
  tokenFile: AbsolutePath.optional(),
  caFile: AbsolutePath.optional(),
});
export type GatewayApiRouter = z.infer<typeof GatewayApiRouter>;
