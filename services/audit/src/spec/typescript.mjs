import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

/** Module hooks with which a process that a spec starts runs the sources as they are, without a build. */

const LIBS = new URL('../../../../libs/', import.meta.url);

/** @type {import('@swc/core').Options} */
const OPTIONS = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'es6' },
};

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  if (/^#[a-z-]+$/.test(specifier)) {
    return { url: new URL(`${specifier.slice(1)}/src/index.ts`, LIBS).href, shortCircuit: true };
  }
  if (specifier.startsWith('.') && context.parentURL?.endsWith('.ts')) {
    return { url: new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL).href, shortCircuit: true };
  }
  return next(specifier, context);
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), { filename, ...OPTIONS });
  return { format: 'module', source: code, shortCircuit: true };
}
