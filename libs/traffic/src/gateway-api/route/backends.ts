import { ALL_BASIS_POINTS, type Environment, type GatewayApiRouter } from '#domain';
import { tagMember } from '../../tag-member.js';
import { gatewayApiOf } from '../gateway-api-of.js';
import type { BackendRef, RequestHeaderModifier, RequestMirror, ServiceRef } from './http-route.js';

/** The services that divide a rule's traffic; `share` is staging's, in basis points. The one without any is left out. */
export function backends(environment: Environment, share: number): BackendRef[] {
  const { production, staging } = gatewayApiOf(environment);
  const both: BackendRef[] = [
    { ...service(staging), weight: share, filters: [tagged(environment)] },
    { ...service(production), weight: ALL_BASIS_POINTS - share, filters: [untagged(environment)] },
  ];
  return both.filter(({ weight }) => weight > 0);
}

/** Sends a copy of so many basis points of a rule's traffic to staging. Needs Gateway API 1.3, or 1.2 experimental. */
export function mirrorTo(environment: Environment, share: number): RequestMirror {
  const backendRef = service(gatewayApiOf(environment).staging);
  const fraction = { numerator: share, denominator: ALL_BASIS_POINTS };
  return { type: 'RequestMirror', requestMirror: { backendRef, fraction } };
}

function service({ service: name, port, namespace }: GatewayApiRouter['staging']): ServiceRef {
  return { group: '', kind: 'Service', name, ...(namespace === undefined ? {} : { namespace }), port };
}

/**
 * Whatever baggage a client sent is replaced: one member cannot be put into it or taken out of it by an HTTPRoute, and a
 * header that is added a second time is read differently by different services.
 */
function tagged({ spec: { tag } }: Environment): RequestHeaderModifier {
  const baggage = { name: 'baggage', value: tag.baggage };
  const set = isBaggage(tag.header) ? [baggage] : [{ name: tag.header, value: tagMember(tag).value }, baggage];
  return { type: 'RequestHeaderModifier', requestHeaderModifier: { set } };
}

/** A client must not tag itself: production's calls would follow the tag into staging. */
function untagged({ spec: { tag } }: Environment): RequestHeaderModifier {
  const remove = isBaggage(tag.header) ? ['baggage'] : [tag.header, 'baggage'];
  return { type: 'RequestHeaderModifier', requestHeaderModifier: { remove } };
}

function isBaggage(header: string): boolean {
  return header.toLowerCase() === 'baggage';
}
