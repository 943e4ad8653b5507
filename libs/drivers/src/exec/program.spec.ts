import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { resolveCommand } from './program.js';

describe('the program of a command', () => {
  let directory: string;
  let allowed: string;
  let script: string;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'sluice-program-'));
    allowed = path.join(directory, 'allowed');
    script = path.join(allowed, 'deploy.sh');
    await mkdir(allowed);
    await writeFile(script, '#!/bin/sh\n');
    await chmod(script, 0o755);
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  const refused = expect.objectContaining({ code: 'refused', retryable: false });
  const missing = expect.objectContaining({ code: 'command-missing', retryable: false });

  it('is taken as it is, with its arguments', async () => {
    expect(await resolveCommand([script, '$HOME; rm', ''], '', undefined)).toEqual([script, '$HOME; rm', '']);
  });

  it('is looked up when it has no slash, and never in the current directory', async () => {
    expect(await resolveCommand(['deploy.sh'], `/nowhere:${allowed}`, undefined)).toEqual([script]);
    await expect(resolveCommand(['package.json'], '', undefined)).rejects.toEqual(missing);
  });

  it.each(['eval', 'exit', 'no-such-program', '/no/such/program', '/', '/etc/passwd'])(
    'is missing when it is %s',
    async (program) => {
      await expect(resolveCommand([program], '/usr/bin:/bin', undefined)).rejects.toEqual(missing);
    },
  );

  it('may come from an allowed directory, and from one below', async () => {
    const below = path.join(allowed, 'below', '..tools');
    await mkdir(below, { recursive: true });
    await symlink(script, path.join(below, 'link.sh'));
    expect(await resolveCommand([script], '', ['/nowhere', allowed])).toEqual([script]);
    expect(await resolveCommand([path.join(below, 'link.sh')], '', [allowed])).toHaveLength(1);
  });

  it('is refused when it comes from anywhere else', async () => {
    await expect(resolveCommand(['/bin/sh'], '', [allowed])).rejects.toEqual(refused);
    await expect(resolveCommand([script], '', [])).rejects.toEqual(refused);
    await expect(resolveCommand([script], '', [`${allowed}/below`])).rejects.toEqual(refused);
    await expect(resolveCommand([script], '', [allowed.slice(0, -1)])).rejects.toEqual(refused);
  });

  it('is refused when a link in an allowed directory leads out of it', async () => {
    await symlink('/bin/sh', path.join(allowed, 'shell'));
    await expect(resolveCommand([path.join(allowed, 'shell')], '', [allowed])).rejects.toEqual(refused);
    await expect(resolveCommand([`${allowed}/../../../../bin/sh`], '', [allowed])).rejects.toEqual(refused);
  });

  it('is refused when it holds what no program can be given', async () => {
    await expect(resolveCommand([script, 'a\0b'], '', undefined)).rejects.toEqual(refused);
  });
});
