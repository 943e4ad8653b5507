import { describe, expect, it } from '@jest/globals';
import { GatewayApiRouter } from './gateway-api-router.js';

const ROUTER = {
  namespace: 'shop',
  route: 'checkout',
  gateway: 'public',
  production: { service: 'web', port: 80 },
  staging: { service: 'web', port: 80, namespace: 'shop-staging' },
};
const accepts = (changes: object) => GatewayApiRouter.safeParse({ ...ROUTER, ...changes }).success;

describe('a Gateway API router', () => {
  it('talks to the API server of its cluster unless said otherwise', () => {
    expect(GatewayApiRouter.parse(ROUTER)).toMatchObject({
      api: 'https://kubernetes.default.svc',
      settle: '10s',
    });
  });

  it.each([
    'https://10.0.0.1:6443',
    'https://rancher.example.com/k8s/clusters/c-1',
    'http://127.0.0.1:8001',
    'http://localhost',
    'http://[::1]:8001/',
  ])('takes %s for an API server', (api) => {
    expect(accepts({ api })).toBe(true);
  });

  it.each([
    'http://10.0.0.1:8080',
    'http://127.0.0.1.example.com',
    'http://127.0.0.1:80@example.com/',
    'https://user:word@10.0.0.1',
    'https://10.0.0.1?x=1',
    'ftp://127.0.0.1',
  ])('does not send a token to %s', (api) => {
    expect(accepts({ api })).toBe(false);
  });

  it.each([{ namespace: 'Shop' }, { route: 'a/b' }, { gateway: '..' }, { staging: { service: 'web,x=y', port: 80 } }])(
    'takes no name that Kubernetes does not know: %j',
    (changes) => {
      expect(accepts(changes)).toBe(false);
    },
  );

  it('knows the pods of the environment by at least one label', () => {
    expect(accepts({ pods: { stage: 'staging' } })).toBe(true);
    expect(accepts({ pods: {} })).toBe(false);
  });

  it('waits an hour at most for requests under way', () => {
    expect(accepts({ settle: '1h' })).toBe(true);
    expect(accepts({ settle: '61m' })).toBe(false);
  });
});
