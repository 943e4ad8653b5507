import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { CLOSED, type Environment, type TrafficMode } from '#domain';
import { describeWithNginx, NginxServer } from '#testing';
import { environmentWith } from '../spec/environment.js';
import { nginxSplit } from '../split-file.js';
import { nginxConfiguration } from './nginx-configuration.js';

const SPLITS = [CLOSED, { internal: '100%', production: '0.01%' }, { internal: '12.3%', production: '99.99%' }];

describeWithNginx('a generated configuration of nginx', () => {
  let nginx: NginxServer;
  beforeEach(async () => {
    nginx = await NginxServer.prepare();
  });
  afterEach(() => nginx.stop());

  const settings = () => ({ split: join(nginx.dir, 'split.conf'), log: join(nginx.dir, 'calls.log') });

  /** @throws with the words of nginx when it refuses the configuration */
  async function check(environment: Environment, mode: TrafficMode, split = CLOSED): Promise<void> {
    await nginx.configure(nginxConfiguration(environment, { mode }));
    await writeFile(environment.spec.router.nginx?.split ?? '', nginxSplit(split));
    const [program = '', ...args] = nginx.test;
    await promisify(execFile)(program, args);
  }

  it('is taken by nginx, whatever the split', async () => {
    for (const split of SPLITS) {
      await check(environmentWith({}, settings()), 'split', split);
      await check(environmentWith({}, settings()), 'mirror', split);
    }
  });

  it('is taken with everything that a document may hold', async () => {
    const environment = environmentWith(
      {
        services: [
          {
            name: 'web.shop-1',
            units: [
              { id: 'a', address: '127.0.0.1:9001' },
              { id: 'b', address: '[::1]:9002' },
            ],
            production: ['127.0.0.1:9101', '[::1]:9102', 'localhost:9103'],
            listen: { staging: '127.0.0.1:9201', production: '[::1]:9202' },
          },
          {
            name: 'orders_2',
            units: [{ id: 'c', address: '127.0.0.1:9003' }],
            listen: { staging: '127.0.0.1:9203', production: '127.0.0.1:9204' },
          },
          { name: 'nobody-calls-me', units: [{ id: 'd', address: '127.0.0.1:9004' }] },
        ],
        internal: {
          networks: ['10.0.0.0/8', 'fd00::/8', '192.168.1.0/24', '127.0.0.0/8'],
          headers: [
            { name: 'X-Employee', value: 'yes' },
            { name: 'x-employee', value: 'of course' },
          ],
        },
        tag: { baggage: 'env.kind=next_1', header: 'X-Env' },
        sticky: { header: 'X-User' },
      },
      settings(),
    );
    await check(environment, 'split');
    await check(environment, 'mirror');
  });

  it.each([
    'quote"; return 200 "',
    "it's }",
    '\\',
    '"',
    '$uid',
    '.*',
    '~^.*$',
    'default',
    'volatile',
    'a;b{c}#d',
    'x'.repeat(200),
  ])('takes the value %p as it is', async (value) => {
    const headers = [{ name: 'x-employee', value }];
    await check(environmentWith({ internal: { headers } }, settings()), 'split');
  });

  it.each(["!#$%&'*+.^_`|~-", 'a-b', '$uid', 'x'.repeat(100)])('takes %p as the name of a cookie', async (cookie) => {
    await check(environmentWith({ sticky: { cookie } }, settings()), 'split');
  });

  it('takes files with spaces, quotes and backslashes in their names', async () => {
    const split = join(nginx.dir, 'the "split" \\ file; }.conf');
    await check(environmentWith({}, { split, log: join(nginx.dir, 'all "calls" {.log') }), 'split');
  });
});

it.each([
  ['header that nginx drops', { internal: { headers: [{ name: 'x_employee', value: 'yes' }] } }, {}],
  ['sticky header that nginx drops', { sticky: { header: 'x.user' } }, {}],
  ['tag that nginx drops', { tag: { header: 'x|env' } }, {}],
  ['log with a variable in its name', {}, { log: '/var/log/$host.log' }],
  ['log with a line break in its name', {}, { log: '/var/log/a\nb.log' }],
  ['split that would be a pattern', {}, { split: '/etc/nginx/*.conf' }],
])('a %s is refused: nginx has no way to write it', (_, spec, nginx) => {
  const wrong = () => nginxConfiguration(environmentWith(spec, nginx), { mode: 'split' });
  expect(wrong).toThrow(expect.objectContaining({ code: 'unsupported', retryable: false }));
});

it.each([
  ['does not say where clients come in', {}, { listen: undefined }],
  ['has no units in production', { services: [{ name: 'web', units: [{ id: 'a', address: '127.0.0.1:1' }] }] }, {}],
  ['wants two things on one place', {}, { listen: '127.0.0.1:8101' }],
])('a document that %s is refused', (_, spec, nginx) => {
  const wrong = () => nginxConfiguration(environmentWith(spec, nginx), { mode: 'split' });
  expect(wrong).toThrow(expect.objectContaining({ code: 'refused' }));
});
