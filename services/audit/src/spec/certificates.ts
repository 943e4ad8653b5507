import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** The files of an authority and of a certificate that it gave to a server named `localhost`. */
export interface Certificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** @param name of the authority, and of its files */
export async function makeCertificates(folder: string, name: string): Promise<Certificates> {
  const openssl = (...args: string[]) => execute('openssl', args, { cwd: folder });
  const authority = ['-keyout', `${name}-ca.key`, '-out', `${name}-ca.crt`, '-days', '2', '-subj', `/CN=${name}`];
  await openssl('req', '-x509', ...KEY, ...authority);
  await openssl('req', ...KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', '/CN=postgres');
  await writeFile(join(folder, 'extensions'), 'subjectAltName = DNS:localhost\nextendedKeyUsage = serverAuth\n');
  const signing = ['-CA', `${name}-ca.crt`, '-CAkey', `${name}-ca.key`, '-CAcreateserial', '-extfile', 'extensions'];
  await openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-days', '2', '-out', `${name}.crt`);
  const [ca, certificate, key] = [`${name}-ca.crt`, `${name}.crt`, `${name}.key`].map((file) => join(folder, file));
  return { ca: ca ?? '', certificate: certificate ?? '', key: key ?? '' };
}
