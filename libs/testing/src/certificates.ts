import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * An authority, and one certificate of it for servers on this machine and for their clients: `ca.crt`, `tls.crt`,
 * `tls.key`, valid for two days.
 * @param folder where the files are written; it has to be there
 * @param names of the server, as OpenSSL writes them
 */
export async function makeCertificates(folder: string, names = 'IP:127.0.0.1, DNS:localhost'): Promise<void> {
  const openssl = (...args: string[]) => execute('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=authority');
  await openssl('req', ...key, '-keyout', 'tls.key', '-out', 'tls.csr', '-subj', '/CN=server');
  const extensions = `subjectAltName = ${names}\nextendedKeyUsage = serverAuth, clientAuth\n`;
  await writeFile(join(folder, 'extensions'), extensions);
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions'];
  await openssl('x509', '-req', '-in', 'tls.csr', ...signing, '-out', 'tls.crt');
}
