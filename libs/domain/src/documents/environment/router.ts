import { z } from 'zod';
import { mustBe } from '../../values/expectation.js';
import { GatewayApiRouter } from './gateway-api-router.js';
import { HaproxyRouter } from './haproxy-router.js';
import { NginxRouter } from './nginx-router.js';

const HeaderName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be the name of a header');

/** By what a user is told from others, so that everyone stays on one side. Whoever lacks it is told by the address. */
export const Sticky = z.union(
  [z.strictObject({ cookie: HeaderName }), z.strictObject({ header: HeaderName }), z.literal('address')],
  { error: mustBe('{ cookie: name }, { header: name } or address') },
);
export type Sticky = z.infer<typeof Sticky>;

export const ROUTER_KINDS = ['haproxy', 'nginx', 'gatewayApi'] as const;
export type RouterKind = (typeof ROUTER_KINDS)[number];

/** What stands in front of both stacks and divides the traffic: exactly one of the kinds. */
export const Router = z
  .strictObject({
    sticky: Sticky.default({ cookie: 'uid' }),
    haproxy: HaproxyRouter.optional(),
    nginx: NginxRouter.optional(),
    gatewayApi: GatewayApiRouter.optional(),
  })
  .refine(
    (router) => ROUTER_KINDS.filter((kind) => router[kind] !== undefined).length === 1,
    `needs exactly one of ${ROUTER_KINDS.join(', ')}`,
  );
export type Router = z.infer<typeof Router>;

/** Which kind a parsed router is. */
export function routerKind(router: Router): RouterKind {
  const kind = ROUTER_KINDS.find((candidate) => router[candidate] !== undefined);
  if (!kind) throw new Error('a router has no kind');
  return kind;
}
