import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { describeWithPostgres, makeCertificates, PostgresServer } from '#testing';
import { connect, securedUrl } from './database-server.js';

jest.setTimeout(60_000);

/** The files of an authority and of a certificate that it gave to a server named `localhost`. */
interface Authority {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

describeWithPostgres('a connection to PostgreSQL', () => {
  let folder: string;
  let own: Authority;
  let other: Authority;
  let server: PostgresServer;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-tls-'));
    own = await authority('own');
    other = await authority('other');
    server = await PostgresServer.start({ tls: own });
  });

  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function authority(name: string): Promise<Authority> {
    const files = path.join(folder, name);
    await mkdir(files);
    await makeCertificates(files, 'DNS:localhost');
    const [ca = '', certificate = '', key = ''] = ['ca.crt', 'tls.crt', 'tls.key'].map((file) =>
      path.join(files, file),
    );
    return { ca, certificate, key };
  }

  /** @returns whether the connection is encrypted, when there is one */
  async function isEncrypted(url: string, ca?: string): Promise<boolean> {
    const database = await connect({ url, ca }, 1, { connectMs: 5_000 });
    try {
      const [{ ssl }] = await database.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      return ssl;
    } finally {
      await database.destroy();
    }
  }

  it('is encrypted when the authority of the certificate is given', async () => {
    expect(await isEncrypted(server.urlOf('postgres', 'localhost'), own.ca)).toBe(true);
    expect(await isEncrypted(`${server.urlOf('postgres', 'localhost')}?sslmode=verify-full`, own.ca)).toBe(true);
  });

  it('is not made to a server whose certificate another authority has given', async () => {
    await expect(isEncrypted(server.urlOf('postgres', 'localhost'), other.ca)).rejects.toMatchObject({
      code: expect.stringMatching(/UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET_ISSUER/),
    });
    await expect(isEncrypted(`${server.urlOf('postgres', 'localhost')}?sslmode=verify-full`)).rejects.toMatchObject({
      code: expect.stringMatching(/UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET_ISSUER/),
    });
  });

  it('is not made to a server with another name', async () => {
    await expect(isEncrypted(server.urlOf('postgres', '127.0.0.1'), own.ca)).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('is not made in the clear to a server that does not speak TLS', async () => {
    const plain = await PostgresServer.start();
    try {
      await expect(isEncrypted(plain.urlOf('postgres', 'localhost'), own.ca)).rejects.toThrow('does not support SSL');
      expect(await isEncrypted(plain.url)).toBe(false);
    } finally {
      await plain.stop();
    }
  });

  it('is refused when its URL asks for less than the authority is there for', () => {
    const url = `${server.url}?sslmode=no-verify`;

    expect(() => securedUrl({ url, ca: own.ca })).toThrow('sslmode=no-verify');
    expect(securedUrl({ url })).toBe(url);
  });
});
