import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { routerErrorOf } from '#testing';
import { TimeLimit } from '../../time-limit.js';
import { ApiServer } from '../spec/api-server.js';
import { failure } from '../spec/statuses.js';
import { KubernetesApi } from './kubernetes-api.js';

const ROUTE = {
  path: 'apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/checkout',
  what: 'HTTPRoute shop/checkout',
  form: z.object({ metadata: z.object({ uid: z.string() }) }),
};
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.secret';

describe('a Kubernetes API server', () => {
  let server: ApiServer;
  let folder: string;

  const inFolder = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const apiWith = (files: { readonly tokenFile?: string; readonly caFile?: string } = {}) =>
    new KubernetesApi({ api: `http://127.0.0.1:${server.port}`, ...files });
  const read = (api = apiWith(), timeoutMs = 10_000) => api.read(ROUTE, new TimeLimit({ timeoutMs }));
  const answering = (respond: RequestListener) => {
    server.instead = { method: 'GET', respond };
  };

  beforeEach(async () => {
    server = await ApiServer.start();
    folder = mkdtempSync(join(tmpdir(), 'sluice-gateway-api-'));
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('is asked without a token when there is none', async () => {
    await read();
    expect(server.asked[0]?.authorization).toBeUndefined();
  });

  it('gets the token that is in the file by now', async () => {
    server.tokens = ['first'];
    const tokenFile = inFolder('token', 'first\n');
    await read(apiWith({ tokenFile }));
    server.tokens = ['second'];
    writeFileSync(tokenFile, 'second\n');
    await read(apiWith({ tokenFile }));
    expect(server.asked.map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer second']);
  });

  it.each(['', 'two words', 'a\nb'])('is not asked with %j for a token', async (text) => {
    const error = await routerErrorOf(read(apiWith({ tokenFile: inFolder('token', text) })));
    expect(error).toMatchObject({ code: 'refused', retryable: false });
    expect(server.asked).toEqual([]);
  });

  it('is not asked without the token that there should be', async () => {
    const error = await routerErrorOf(read(apiWith({ tokenFile: join(folder, 'none') })));
    expect(error).toMatchObject({ code: 'refused' });
    expect(error.message).toContain('ENOENT');
  });

  it.each([
    [400, 'refused', false],
    [401, 'refused', false],
    [403, 'refused', false],
    [404, 'refused', false],
    [409, 'conflict', true],
    [422, 'refused', false],
    [429, 'unreachable', true],
    [500, 'unreachable', true],
    [503, 'unreachable', true],
  ])('answers %i: that is %s', async (status, code, retryable) => {
    const [, body] = failure(status, 'what the server says');
    answering((_, response) => response.writeHead(status).end(JSON.stringify(body)));
    expect(await routerErrorOf(read())).toMatchObject({ code, retryable });
  });

  it('is too old for a field: trying again does not help', async () => {
    const said = 'failed to create typed patch object: .fraction: field not declared in schema';
    answering((_, response) => response.writeHead(500).end(JSON.stringify(failure(500, said)[1])));
    expect(await routerErrorOf(read())).toMatchObject({ code: 'refused', retryable: false });
  });

  it('is quoted when it says no, but never with the token in it', async () => {
    const said = `user "sluice" with ${TOKEN} cannot get resource "httproutes"`;
    answering((_, response) => response.writeHead(403).end(JSON.stringify(failure(403, said)[1])));
    const error = await routerErrorOf(read(apiWith({ tokenFile: inFolder('token', TOKEN) })));
    expect(error.message).toContain('user "sluice" with (token) cannot get');
    expect(`${error.stack} ${JSON.stringify(error.cause)}`).not.toContain(TOKEN);
  });

  it('sends elsewhere: nobody goes there, least of all with the token', async () => {
    const other = await ApiServer.start();
    const location = `http://127.0.0.1:${other.port}/${ROUTE.path}`;
    answering((_, response) => response.writeHead(307, { location }).end());
    const error = await routerErrorOf(read(apiWith({ tokenFile: inFolder('token', TOKEN) })));
    expect(error).toMatchObject({ code: 'refused' });
    expect(other.asked).toEqual([]);
    await other.close();
  });

  it.each(['', '<html>', '{"metadata": {}}', '[]', '{"metadata": {"uid"'])('answers %j: that is bad', async (text) => {
    answering((_, response) => response.end(text));
    expect(await routerErrorOf(read())).toMatchObject({ code: 'bad-answer', retryable: true });
  });

  it('sends too much: nobody reads it to its end', async () => {
    answering((_, response) => {
      response.on('error', () => response.destroy());
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    });
    expect(await routerErrorOf(read())).toMatchObject({ code: 'bad-answer' });
  });

  it.each<[string, RequestListener]>([
    ['before it answers', (request) => request.socket.destroy()],
    [
      'in the middle of an answer',
      (request, response) => {
        response.writeHead(200, { 'content-length': 1_000 });
        response.write('{', () => request.socket.destroy());
      },
    ],
  ])('hangs up %s', async (_, respond) => {
    answering(respond);
    expect(await routerErrorOf(read())).toMatchObject({ code: 'unreachable', retryable: true });
  });

  it.each<[string, RequestListener]>([
    ['answers nothing', () => undefined],
    ['stops in the middle', (_, response) => void response.write('{')],
  ])('%s: the time is over at some point', async (_, respond) => {
    answering(respond);
    expect(await routerErrorOf(read(apiWith(), 200))).toMatchObject({ code: 'timed-out', retryable: true });
  });

  it('is left alone by a caller who stops waiting', async () => {
    const caller = new AbortController();
    answering(() => caller.abort());
    const limit = new TimeLimit({ timeoutMs: 10_000, signal: caller.signal });
    expect(await routerErrorOf(apiWith().read(ROUTE, limit))).toMatchObject({ code: 'interrupted', retryable: true });
  });

  it('does not speak HTTP', async () => {
    const other = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end('220 mail.example.com\r\n');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    const api = new KubernetesApi({ api: `http://127.0.0.1:${address.port}` });
    expect(await routerErrorOf(read(api))).toMatchObject({ code: 'bad-answer' });
    other.close();
  });

  it('is found below a path, as behind a proxy', async () => {
    const api = new KubernetesApi({ api: `http://127.0.0.1:${server.port}/k8s/clusters/c-1/` });
    await routerErrorOf(read(api));
    expect(server.asked[0]?.url.pathname).toBe(`/k8s/clusters/c-1/${ROUTE.path}`);
  });

  it('says who it is by a certificate that the CA file vouches for', async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=api', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const form = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
    execFileSync('openssl', [...form, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const secure = await ApiServer.start({ key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') });
    const api = `https://127.0.0.1:${secure.port}`;
    await read(new KubernetesApi({ api, caFile: cert }));
    const tokenFile = inFolder('token', TOKEN);
    expect(await routerErrorOf(read(new KubernetesApi({ api, tokenFile })))).toMatchObject({ code: 'refused' });
    expect(secure.asked.map(({ authorization }) => authorization)).toEqual([undefined]);
    await secure.close();
  });
});
