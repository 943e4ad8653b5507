import {
  ALL_BASIS_POINTS,
  type Environment,
  isClosed,
  type TrafficMode,
  type TrafficSplit,
  toBasisPoints,
} from '#domain';
import { RouterError } from '../../errors.js';
import { tagMember } from '../../tag-member.js';
import { backends, mirrorTo } from './backends.js';
import type { HeaderMatch, RouteMatch, RouteRule } from './http-route.js';

/**
 * The rules of an HTTPRoute that give staging its shares. Of several rules that match a request, the one with the most
 * headers takes it, and of those the first:
 *
 * 1. internal requests that carry the environment's tag already go to staging, as long as anything does;
 * 2. internal requests are divided by the internal share;
 * 3. all others are divided by the production share. A client that only claims the tag is one of these.
 *
 * When the mode is `mirror`, production answers everything and staging gets copies of the shares; there is no first rule.
 *
 * All values are written out that the API server would fill in, and a backend without a share is left out: with weights
 * of 0 the route would still lean on a staging that is taken down.
 *
 * @throws RouterError `unsupported` when internal traffic is to be divided that is known by its networks alone.
 */
export function routeRules(environment: Environment, split: TrafficSplit, mode: TrafficMode): RouteRule[] {
  const { internal, tag } = environment.spec;
  if (internal.headers.length === 0 && internal.networks.length > 0 && toBasisPoints(split.internal) > 0) {
    throw new RouterError('unsupported', 'an HTTPRoute cannot tell internal traffic by its network: name a header');
  }
  const identities: HeaderMatch[] = internal.headers.map(({ name, value }) => ({ type: 'Exact', name, value }));
  const tagHeader: HeaderMatch = { type: 'Exact', name: tag.header, value: tagMember(tag).value };
  // Of two matches for one header only the first counts.
  const besidesTag = identities.filter(({ name }) => name.toLowerCase() !== tag.header.toLowerCase());
  const rules: RouteRule[] = [];
  if (besidesTag.length > 0 && mode === 'split' && !isClosed(split)) {
    const matches = besidesTag.map((identity) => matching([identity, tagHeader]));
    rules.push({ matches, backendRefs: backends(environment, ALL_BASIS_POINTS) });
  }
  if (identities.length > 0) {
    const matches = identities.map((identity) => matching([identity]));
    rules.push({ matches, ...shared(environment, toBasisPoints(split.internal), mode) });
  }
  return [...rules, { matches: [matching([])], ...shared(environment, toBasisPoints(split.production), mode) }];
}

/** What gives staging this share of a rule's requests, in basis points. */
function shared(environment: Environment, share: number, mode: TrafficMode): Omit<RouteRule, 'matches'> {
  if (mode === 'split') return { backendRefs: backends(environment, share) };
  const filters = share > 0 ? { filters: [mirrorTo(environment, share)] } : {};
  return { ...filters, backendRefs: backends(environment, 0) };
}

function matching(headers: readonly HeaderMatch[]): RouteMatch {
  const path = { type: 'PathPrefix', value: '/' } as const;
  return headers.length > 0 ? { path, headers } : { path };
}
