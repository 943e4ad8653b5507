import type { Environment, GatewayApiRouter } from '#domain';
import { RouterError } from '../errors.js';
import { gatewayApiOf } from '../gateway-api/gateway-api-of.js';
import { allUpstreams, upstreamEgress } from './upstreams.js';

/** Who else may ask the environment's pods. */
export interface WhoMayAsk {
  /** Namespaces such as that of Sluice's observer, which reads metrics and files and sends probes. */
  readonly namespaces?: readonly string[];
}

/** A policy and what its reader has to know, a line each. */
export interface CommentedPolicy {
  readonly says: readonly string[];
  readonly policy: object;
}

interface Rules {
  readonly policyTypes: readonly ('Ingress' | 'Egress')[];
  readonly ingress?: readonly object[];
  readonly egress?: readonly object[];
}

/** Every namespace has a label with its own name. */
const named = (namespace: string): object => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
});

/** One policy for each thing that is allowed, after one that allows nothing. */
export function policiesFor(environment: Environment, { namespaces = [] }: WhoMayAsk): CommentedPolicy[] {
  const router = gatewayApiOf(environment);
  const namespace = ownNamespace(router);
  const own = { podSelector: router.pods ? { matchLabels: router.pods } : {} };
  const policy = (name: string, says: readonly string[], rules: Rules): CommentedPolicy => ({
    says,
    policy: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${router.route}-${name}`, namespace },
      spec: { ...own, ...rules },
    },
  });
  const egress = upstreamEgress(environment);
  return [
    policy('deny', ['Nothing is allowed that the policies below do not allow.'], {
      policyTypes: ['Ingress', 'Egress'],
    }),
    policy('inside', ["The stack's own services reach each other."], {
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [own] }],
      egress: [{ to: [own] }],
    }),
    policy('dns', DNS, { policyTypes: ['Egress'], egress: [dns()] }),
    policy('from-gateway', [`Requests come in by the Gateway ${router.gateway} alone.`, ...proxiesSay(router)], {
      policyTypes: ['Ingress'],
      ingress: [{ from: [proxies(router)] }],
    }),
    ...(namespaces.length > 0
      ? [
          policy('from-observers', ['Metrics, files and probes are asked for from these namespaces.'], {
            policyTypes: ['Ingress'],
            ingress: [{ from: namespaces.map(named) }],
          }),
        ]
      : []),
    ...(environment.spec.upstreams.length > 0
      ? [policy('upstreams', allUpstreams(environment), { policyTypes: ['Egress'], egress })]
      : []),
  ];
}

/** Where the environment's pods are. Whoever else is there without being told apart would be cut off with them. */
function ownNamespace(router: GatewayApiRouter): string {
  const own = router.staging.namespace ?? router.namespace;
  const others = [router.production.namespace ?? router.namespace, proxyNamespace(router)];
  if (router.pods || !others.includes(own)) return own;
  throw new RouterError(
    'refused',
    `others share namespace ${own} with staging: name the labels of its pods in \`pods\``,
  );
}

function proxyNamespace({ proxyNamespace: proxies, gatewayNamespace, namespace }: GatewayApiRouter): string {
  return proxies ?? gatewayNamespace ?? namespace;
}

/** In the Gateway's own namespace its proxies are told from others by the label that the Gateway API prescribes. */
function proxies(router: GatewayApiRouter): object {
  if (router.proxyNamespace !== undefined) return named(router.proxyNamespace);
  const matchLabels = { 'gateway.networking.k8s.io/gateway-name': router.gateway };
  return { ...named(proxyNamespace(router)), podSelector: { matchLabels } };
}

function proxiesSay({ proxyNamespace: proxies }: GatewayApiRouter): string[] {
  if (proxies !== undefined) return [`All pods of namespace ${proxies} count as its proxies.`];
  return ['Its proxies run in its own namespace; if not, name theirs in `proxyNamespace`.'];
}

const DNS = [
  "Names are looked up at the cluster's DNS, and nowhere else.",
  'Where a cache on each node answers, such as NodeLocal DNSCache, its address has to be added.',
];

function dns(): object {
  const pods = { podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } };
  const ports = ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 }));
  return { to: [{ ...named('kube-system'), ...pods }], ports };
}
