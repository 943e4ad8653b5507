import { Environment } from '#domain';

/** An environment with an nginx; `spec` is laid over what is needed at least, `nginx` over its settings. */
export function environmentWith(spec: Record<string, unknown> = {}, nginx: Record<string, unknown> = {}): Environment {
  return Environment.parse({
    apiVersion: 'sluice/v1',
    kind: 'Environment',
    metadata: { name: 'next' },
    spec: {
      services: [{ name: 'web', units: [{ id: 'web-1', address: '127.0.0.1:9001' }], production: ['127.0.0.1:9101'] }],
      router: {
        ...(spec.sticky === undefined ? {} : { sticky: spec.sticky }),
        nginx: {
          split: '/etc/nginx/sluice-split.conf',
          test: ['nginx', '-t'],
          reload: ['nginx', '-s', 'reload'],
          listen: '127.0.0.1:8080',
          ...nginx,
        },
      },
      ...Object.fromEntries(Object.entries(spec).filter(([key]) => key !== 'sticky')),
    },
  });
}
