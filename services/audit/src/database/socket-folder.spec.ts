import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SOCKET_NAME, socketFolder } from './socket-folder.js';

describe('the folder of the socket', () => {
  it('is the data folder', async () => {
    expect(await socketFolder('/srv/sluice/audit')).toBe('/srv/sluice/audit');
  });

  it('is a private one under the temporary folder when the path would be too long for a socket', async () => {
    const data = `/srv/${'deep/'.repeat(30)}audit`;

    const folder = await socketFolder(data);

    expect(path.dirname(folder)).toBe(tmpdir());
    expect(Buffer.byteLength(path.join(folder, SOCKET_NAME))).toBeLessThan(104);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await socketFolder(data)).toBe(folder);
    expect(await socketFolder(`${data}-2`)).not.toBe(folder);
  });
});
