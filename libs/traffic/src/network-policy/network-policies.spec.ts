import { describe, expect, it } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { z } from 'zod';
import { shopEnvironment } from '../gateway-api/spec/environment.js';
import { networkPolicies } from './network-policies.js';
import type { WhoMayAsk } from './policies.js';

const Policy = z.object({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('NetworkPolicy'),
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({
    podSelector: z.unknown(),
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
    ingress: z.array(z.unknown()).optional(),
    egress: z.array(z.unknown()).optional(),
  }),
});

const named = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
const policiesOf = (router = {}, spec = {}, who: WhoMayAsk = {}) => {
  const documents = loadAll(networkPolicies(shopEnvironment(router, spec), who));
  return new Map(
    documents.map((one) => Policy.parse(one)).map(({ metadata, spec }) => [metadata.name, { metadata, spec }]),
  );
};

describe('network policies', () => {
  it('deny everything to all pods of the environment first', () => {
    const [first] = [...policiesOf().values()];
    expect(first).toEqual({
      metadata: { name: 'checkout-deny', namespace: 'shop-staging' },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
  });

  it('all select the same pods', () => {
    const pods = { stage: 'staging', 'app.example.com/part': 'true' };
    for (const { spec } of policiesOf({ pods }).values()) expect(spec.podSelector).toEqual({ matchLabels: pods });
  });

  it("let the stack's own services reach each other", () => {
    const own = { podSelector: {} };
    expect(policiesOf().get('checkout-inside')?.spec).toMatchObject({
      ingress: [{ from: [own] }],
      egress: [{ to: [own] }],
    });
  });

  it("let names be looked up at the cluster's DNS", () => {
    expect(policiesOf().get('checkout-dns')?.spec).toEqual({
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        {
          to: [{ ...named('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
      ],
    });
  });

  it("let requests in by the Gateway's proxies", () => {
    const label = { podSelector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'public' } } };
    const from = (router: object) => policiesOf(router).get('checkout-from-gateway')?.spec.ingress;
    expect(from({})).toEqual([{ from: [{ ...named('shop'), ...label }] }]);
    expect(from({ gatewayNamespace: 'edge' })).toEqual([{ from: [{ ...named('edge'), ...label }] }]);
    expect(from({ proxyNamespace: 'proxies' })).toEqual([{ from: [named('proxies')] }]);
  });

  it('let those ask who measure, if they are named', () => {
    expect(policiesOf().has('checkout-from-observers')).toBe(false);
    const { spec } = policiesOf({}, {}, { namespaces: ['sluice'] }).get('checkout-from-observers') ?? {};
    expect(spec?.ingress).toEqual([{ from: [named('sluice')] }]);
  });

  it('let upstreams be reached by their addresses', () => {
    const upstreams = [{ name: 'tax', addresses: ['192.0.2.7:443', '[2001:db8::7]:8443'], access: 'read-only' }];
    expect(policiesOf({}, { upstreams }).get('checkout-upstreams')?.spec.egress).toEqual([
      { to: [{ ipBlock: { cidr: '192.0.2.7/32' } }], ports: [{ protocol: 'TCP', port: 443 }] },
      { to: [{ ipBlock: { cidr: '2001:db8::7/128' } }], ports: [{ protocol: 'TCP', port: 8443 }] },
    ]);
  });

  it('say which upstreams they cannot allow, and allow nothing in their place', () => {
    const upstreams = [{ name: 'tax', addresses: ['tax.example.com:443'], access: 'read-only' }];
    const text = networkPolicies(shopEnvironment({}, { upstreams }));
    expect(text).toContain('# - tax: tax.example.com:443, by name: NOT ALLOWED\n');
    expect(policiesOf({}, { upstreams }).get('checkout-upstreams')?.spec).toMatchObject({
      policyTypes: ['Egress'],
      egress: [],
    });
  });

  it.each<[string, object]>([
    ['production', { staging: { service: 'web-staging', port: 80 }, gatewayNamespace: 'edge' }],
    ['the proxies', { proxyNamespace: 'shop-staging' }],
  ])('do not cut off %s, which share the namespace', (_, router) => {
    expect(() => policiesOf(router)).toThrow('share namespace');
    expect(policiesOf({ ...router, pods: { stage: 'staging' } }).size).toBe(5);
  });

  it('are not known for other routers', () => {
    const router = { haproxy: { admin: '/run/haproxy.sock', map: '/etc/haproxy/shares.map' } };
    expect(() => policiesOf({}, { router })).toThrow('is not behind a Gateway API');
  });
});
