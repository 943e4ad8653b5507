import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Environment } from '#domain';
import { checkHaproxyConfiguration, describeWithHaproxy, requestOnce, steer } from '#testing';
import { CLOSED_SHARES, haproxyConfiguration } from './haproxy-configuration.js';
import { HaproxyStage } from './spec/haproxy-stage.js';
import { get } from './spec/raw-request.js';

const NASTY_VALUE = `a"b'c$HOME \\n, %[src]# {}) if TRUE`;
const NASTY_NAME = "x-o'hara#$%&*+.^_`|~";
const NASTY_PATH = '/health z\n  server evil 127.0.0.1:1\n#"\'$HOME\\ \r\0é%41';

type Fields = Record<string, unknown>;

/** An environment of one service that only has to be described. */
function environment(spec: Fields = {}, service: Fields = {}, haproxy: Fields = {}): Environment {
  const web = { name: 'web', units: [{ id: 'web-s', address: '127.0.0.1:8081' }], production: ['127.0.0.1:8082'] };
  const router = {
    haproxy: { admin: '/run/haproxy/admin', map: '/etc/haproxy/shares', listen: '127.0.0.1:8080', ...haproxy },
  };
  return Environment.parse({
    apiVersion: 'sluice/v1',
    kind: 'Environment',
    metadata: { name: 'staging' },
    spec: { services: [{ ...web, ...service }], router, ...spec },
  });
}

describe('a generated configuration of HAProxy', () => {
  it.each([
    ['has no place for clients to come in', environment({}, {}, { listen: undefined })],
    ['has no production addresses', environment({}, { production: [] })],
    [
      'is divided by another router',
      environment({ router: { nginx: { split: '/s', test: ['nginx'], reload: ['nginx'] } } }),
    ],
  ])('is refused when the environment %s', (_, given) => {
    expect(() => haproxyConfiguration(given)).toThrow(expect.objectContaining({ code: 'refused', retryable: false }));
  });

  it.each(['/run/a b', '/run/a,b', '/run/a\nb', '/run/"', 'run/admin', '/run/$HOME', '/run/a;b'])(
    'never comes to a path such as %j: no environment has one',
    (path) => {
      expect(() => environment({}, {}, { map: path })).toThrow('absolute path');
      expect(() => environment({}, {}, { admin: path })).toThrow('path of a socket');
    },
  );
});

describeWithHaproxy('HAProxy itself', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-haproxy-'));
    await writeFile(join(folder, 'shares'), CLOSED_SHARES);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const listen = { staging: '127.0.0.1:7001', production: '[::1]:7002' };
  const networks = Array.from({ length: 200 }, (_, i) => `10.${i}.0.0/16`);
  const many = Array.from({ length: 100 }, (_, i) => ({
    name: `service-${i}`,
    units: [{ id: `unit-${i}`, address: `127.0.1.${i}:80` }],
    production: [`127.0.2.${i}:80`, `127.0.2.${i}:80`],
    listen: { staging: `127.0.0.1:${9_000 + i}`, production: `127.0.0.1:${9_200 + i}` },
  }));

  it.each([
    ['the least that an environment can say', environment()],
    [
      'IPv6, and names that cannot be resolved',
      environment({}, { listen, production: ['[fd00::1]:80', 'web.invalid:80'] }),
    ],
    ['many networks and headers', environment({ internal: { networks, headers: [{ name: 'x-a', value: 'b' }] } })],
    ['a hundred services', environment({ services: many })],
    ['a name with all signs that names may have', environment({}, { name: 'Web-shop_1.eu', listen })],
    ['users told by a header', environment({ router: { ...environment().spec.router, sticky: { header: 'x-user' } } })],
    ['users told by their address', environment({ router: { ...environment().spec.router, sticky: 'address' } })],
    ['an admin socket on a port', environment({}, {}, { admin: '127.0.0.1:9999' })],
    ['a log that goes elsewhere', environment({}, {}, { log: '127.0.0.1:514' })],
    [
      'a tag of the longest kind',
      environment({ tag: { baggage: `${'k.'.repeat(50)}=${'v'.repeat(100)}`, header: 'x'.repeat(100) } }),
    ],
    [
      'names and values that mean something in a configuration',
      environment(
        {
          internal: { headers: [{ name: NASTY_NAME, value: NASTY_VALUE }] },
          tag: { header: NASTY_NAME },
          router: { ...environment().spec.router, sticky: { cookie: NASTY_NAME } },
        },
        { health: NASTY_PATH, listen },
      ),
    ],
  ])('accepts a configuration for %s', async (_, given) => {
    const file = join(folder, 'haproxy.cfg');
    await writeFile(file, haproxyConfiguration(given).replaceAll('/etc/haproxy/shares', join(folder, 'shares')));
    const { valid, output } = await checkHaproxyConfiguration(file);
    const problems = output.split('\n').filter((line) => /ALERT|WARNING/.test(line) && !/could not resolve/.test(line));
    expect({ valid, problems }).toEqual({ valid: true, problems: [] });
  });

  it('takes names and values of every kind for what they are', async () => {
    const nasty = { name: NASTY_NAME, value: NASTY_VALUE };
    const stage = await HaproxyStage.start(() => ({
      service: { health: NASTY_PATH },
      router: { sticky: { cookie: "u'i#d" } },
      rest: { internal: { headers: [nasty] }, tag: { header: "x-t'ag#" } },
    }));
    try {
      const edge = Number(new URL(stage.url).port);
      await steer(stage, '100%', '0%');
      await get(edge, '/', [`${nasty.name}: ${nasty.value}`]);
      expect(stage.staging.latest).toMatchObject({ "x-t'ag#": 'staging' });
      stage.staging.latest = {};
      for (const other of [nasty.value.slice(1), `${nasty.value}x`, 'a'])
        await get(edge, '/', [`${nasty.name}: ${other}`]);
      expect(stage.staging.latest).toEqual({});

      const servers = (await stage.command('show stat -1 4 -1')).split('\n').slice(1).filter(Boolean);
      expect(servers.map((row) => row.split(',', 2).join(' '))).toEqual([
        `staging.web ${stage.staging.address}`,
        `production.web ${stage.production.address}`,
      ]);

      await steer(stage, '0%', '50%');
      const marks = { sticky: { cookie: "u'i#d" } };
      const side = (i: number) => requestOnce(stage.url, marks, `user-${i}`, false);
      const sides = await Promise.all(Array.from({ length: 40 }, (_, i) => side(i)));
      expect(new Set(sides)).toEqual(new Set(['staging', 'production']));
    } finally {
      await stage.stop();
    }
  });

  it('tells internal traffic by its address', async () => {
    const stage = await HaproxyStage.start(() => ({ rest: { internal: { networks: ['127.0.9.0/24'] } } }));
    try {
      await steer(stage, '100%', '0%');
      const from = (localAddress: string) =>
        requestOnce(stage.url, { sticky: { cookie: 'uid' }, internal: { localAddress } }, 'ada', true);
      expect(await from('127.0.9.7')).toBe('staging');
      expect(await from('127.0.8.7')).toBe('production');
    } finally {
      await stage.stop();
    }
  });
});
