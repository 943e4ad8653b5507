import type { Environment, TrafficMode } from '#domain';
import { gatewayApiOf } from './gateway-api-of.js';

/**
 * What a Gateway API cannot do for an environment that other routers do, a sentence each. For people, before they choose
 * it: none of these keeps it from working.
 *
 * @throws RouterError `unsupported` when the environment has another kind of router.
 */
export function gatewayApiProblems(environment: Environment, mode: TrafficMode): string[] {
  const { internal } = environment.spec;
  const { settle } = gatewayApiOf(environment);
  return [
    ...(internal.networks.length > 0 ? [networks(internal.headers.length > 0)] : []),
    ...(internal.headers.length > 0 ? [FORGED] : []),
    ...(mode === 'mirror' ? [UNTAGGED_COPIES] : [NOT_STICKY, NO_FALLBACK]),
    BAGGAGE,
    EXTENDED,
    `Requests are not counted. Those under way to staging cannot be seen: draining waits ${settle} for them.`,
  ];
}

function networks(hasHeaders: boolean): string {
  const known = 'An HTTPRoute cannot tell requests by the network that they come from.';
  return hasHeaders
    ? `${known} From the internal networks, those without one of the internal headers count as production traffic.`
    : `${known} Name a header for the internal traffic: without one it cannot be sent to staging.`;
}

const FORGED =
  'Whoever sends an internal header counts as internal: let something in front of the Gateway take it off requests from outside.';

// sessionPersistence is no way out: it is experimental, replaced already, and pins a session to its side over changes of
// the weights, so that a split could not be closed.
const NOT_STICKY =
  'Requests are divided one by one: a user comes to staging with one request and to production with the next. The sticky setting has no effect.';

const UNTAGGED_COPIES =
  'Mirrored requests do not carry the tag, since a filter cannot change the copy alone: the entry service of staging has to add it.';

const NO_FALLBACK =
  'When no unit of staging is ready any more, its share of the requests fails (mostly with 503) until the split is closed.';

const BAGGAGE = 'The baggage that clients send is replaced at the Gateway as a whole, and not just its tag.';

const EXTENDED =
  'The Gateway has to support header filters on backends, an extended feature: one without it is to refuse the route.';
