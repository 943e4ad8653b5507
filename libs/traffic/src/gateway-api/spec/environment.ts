import { Environment } from '#domain';

type Changes = Readonly<Record<string, unknown>>;

/** A staging copy of a shop behind the Gateway `public`; `router` and `spec` change single fields of it. */
export function shopEnvironment(router: Changes = {}, spec: Changes = {}): Environment {
  return Environment.parse({
    apiVersion: 'sluice/v1',
    kind: 'Environment',
    metadata: { name: 'shop-staging' },
    spec: {
      services: [
        { name: 'web', units: [{ id: 'web-1', address: '10.1.0.1:8080' }], calls: ['stock', 'tax'] },
        { name: 'stock', units: [{ id: 'stock-1', address: '10.1.0.2:8080' }] },
      ],
      upstreams: [{ name: 'tax', addresses: ['192.0.2.7:443', 'tax.example.com:443'], access: 'read-only' }],
      internal: { headers: [{ name: 'x-staff', value: 'yes' }] },
      router: {
        gatewayApi: {
          namespace: 'shop',
          route: 'checkout',
          gateway: 'public',
          production: { service: 'web', port: 80 },
          staging: { service: 'web-staging', port: 80, namespace: 'shop-staging' },
          settle: '0s',
          ...router,
        },
      },
      ...spec,
    },
  });
}
