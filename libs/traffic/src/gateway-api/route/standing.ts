import { type GatewayName, isTo, type LiveRoute, type ParentStatus } from './live-route.js';

/** What a Gateway makes of the newest version of a route. */
export type Standing = { readonly kind: 'pending' | 'taken' } | { readonly kind: 'rejected'; readonly why: string };

type Condition = ParentStatus['conditions'][number];

const PENDING: Standing = { kind: 'pending' };

/**
 * Reads it off the conditions `Accepted` and `ResolvedRefs`. Those about an older version of the route count for nothing.
 * Where several listeners or controllers report about one Gateway, all of them have to have taken it.
 *
 * What has been taken is known to the Gateway's controller. That its proxies have it is not part of the API; they follow
 * within a moment.
 */
export function standingOf(route: LiveRoute, gateway: GatewayName): Standing {
  const home = route.metadata.namespace;
  const parents = route.status.parents.filter(({ parentRef }) => isTo(gateway, home, parentRef));
  const standings = parents.map(({ conditions }) =>
    standingBy(conditions.filter(({ observedGeneration }) => observedGeneration === route.metadata.generation)),
  );
  const rejected = standings.find(({ kind }) => kind === 'rejected');
  if (rejected) return rejected;
  return standings.length > 0 && standings.every(({ kind }) => kind === 'taken') ? { kind: 'taken' } : PENDING;
}

function standingBy(conditions: readonly Condition[]): Standing {
  const bad = conditions.find(isBad);
  if (bad) return { kind: 'rejected', why: `${bad.type} is ${bad.status}: ${bad.reason} ${bad.message}`.trim() };
  const isTrue = (type: string): boolean => conditions.some((one) => one.type === type && one.status === 'True');
  return isTrue('Accepted') && isTrue('ResolvedRefs') ? { kind: 'taken' } : PENDING;
}

/** `PartiallyInvalid` says that the Gateway left out some rules. */
function isBad({ type, status }: Condition): boolean {
  if (type === 'PartiallyInvalid') return status === 'True';
  return (type === 'Accepted' || type === 'ResolvedRefs') && status === 'False';
}
