import { describe, expect, it } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { call } from '../spec-support/call.js';
import { ENVIRONMENT, environmentWith } from '../spec-support/staging.js';

const HAPROXY = /router: .*/.exec(ENVIRONMENT)?.[0] ?? '';
const NGINX = environmentWith(
  HAPROXY,
  'router: { nginx: { split: /etc/nginx/sluice.split, test: [nginx, -t], reload: [nginx, -s, reload], listen: "10.1.0.2:80" } }',
);
const BACKENDS = 'production: { service: checkout, port: 80 }, staging: { service: checkout-staging, port: 80 }';
const GATEWAY_API = environmentWith(
  HAPROXY,
  `router: { gatewayApi: { namespace: shop, route: checkout, gateway: public, pods: { env: staging }, ${BACKENDS} } }`,
);

function environment(stdin: string, command: string, ...options: readonly string[]) {
  return call(['environment', command, '-f', '-', ...options], { stdin });
}

describe('sluice environment config', () => {
  it('prints a configuration of HAProxy', async () => {
    const { exit, out, err } = await environment(ENVIRONMENT, 'config');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toContain('stats socket /run/haproxy/admin.sock mode 600 level admin');
    expect(out.endsWith('\n')).toBe(true);
  });

  it('prints a configuration of nginx, in both modes', async () => {
    const [split, mirror] = [
      await environment(NGINX, 'config'),
      await environment(NGINX, 'config', '--mode', 'mirror'),
    ];
    expect([split.exit, mirror.exit]).toEqual([0, 0]);
    expect(split.out).toContain('(mode: split)');
    expect(mirror.out).toContain('(mode: mirror)');
  });

  it.each([
    ['HAProxy', ENVIRONMENT, 'internal 0\nproduction 0\n'],
    ['nginx', NGINX, 'default "internal=0 production=0";'],
  ])('prints the file of shares with which %s starts: nothing goes to staging', async (_router, text, told) => {
    const { exit, out } = await environment(text, 'config', '--shares');
    expect(exit).toBe(0);
    expect(out).toContain(told);
  });

  it('says of a Gateway API, as a comment, that nothing is to be configured and what it cannot do', async () => {
    const { exit, out } = await environment(GATEWAY_API, 'config');
    expect(exit).toBe(0);
    expect(out).toContain('# Nothing is to be configured for checkout-staging');
    expect(out).toMatch(/^# - .*Requests are not counted/m);
    expect(out).toMatch(/^(# .*\n)+$/);
    expect((await environment(GATEWAY_API, 'config', '--shares')).exit).toBe(1);
  });

  it('is one JSON document for programs', async () => {
    const { out } = await environment(ENVIRONMENT, 'config', '--json');
    expect(JSON.parse(out)).toEqual({
      environment: 'checkout-staging',
      router: 'haproxy',
      mode: 'split',
      configuration: (await environment(ENVIRONMENT, 'config')).out,
    });
  });

  it.each([
    ['what the router cannot do', ENVIRONMENT, ['--mode', 'mirror'], 'haproxy cannot mirror'],
    ['a mode that there is not', ENVIRONMENT, ['--mode', 'both'], 'Allowed choices are split, mirror'],
    ['a router that listens nowhere', environmentWith(', listen: "10.1.0.2:80"', ''), [], 'listen is missing'],
    ['a typo', environmentWith('internal:', 'internl:'), [], 'stdin:15:3 spec.internl: unknown field'],
  ])('refuses %s: exit code 1', async (_what, text, options, told) => {
    const { exit, out, err } = await environment(text, 'config', ...options);
    expect({ exit, out }).toEqual({ exit: 1, out: '' });
    expect(err).toContain(told);
  });
});

describe('sluice environment policies', () => {
  it('prints network policies that kubectl takes', async () => {
    const { exit, out } = await environment(GATEWAY_API, 'policies');
    expect(exit).toBe(0);
    const policies = loadAll(out).filter(Boolean);
    expect(policies.length).toBeGreaterThan(2);
    for (const policy of policies)
      expect(policy).toMatchObject({ kind: 'NetworkPolicy', metadata: { namespace: 'shop' } });
  });

  it('lets other namespaces ask when they are named', async () => {
    const { out } = await environment(GATEWAY_API, 'policies', '--allow', 'sluice', 'monitoring');
    expect(out).toMatch(/sluice[\s\S]*monitoring/);
    expect((await environment(GATEWAY_API, 'policies')).out).not.toContain('monitoring');
  });

  it('is one JSON document for programs', async () => {
    const { out } = await environment(GATEWAY_API, 'policies', '--json');
    const policies = (await environment(GATEWAY_API, 'policies')).out;
    expect(JSON.parse(out)).toEqual({ environment: 'checkout-staging', policies });
  });

  it('are for a Gateway API alone: exit code 1', async () => {
    const { exit, err } = await environment(ENVIRONMENT, 'policies');
    expect(exit).toBe(1);
    expect(err).toContain('is not behind a Gateway API');
  });
});
