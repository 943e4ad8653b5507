import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { jsonSchemas } from '#domain';
import { files } from '../../deploy/docs/schemas.mjs';
import { POLICY, RELEASE, TOPOLOGY } from '../../services/cli/src/spec-support/documents.js';
import { ENVIRONMENT, STAGED_RELEASE } from '../../services/cli/src/spec-support/staging.js';
import { releaseDocument } from '../harness/release-document.js';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = 'docs/reference/schemas';
const EXAMPLES = join(ROOT, 'docs/guides/examples');

const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true });
const validate = ajv.compile(JSON.parse(readFileSync(join(ROOT, FOLDER, 'sluice.schema.json'), 'utf8')));

function complaints(text: string): unknown {
  validate(load(text));
  return validate.errors ?? [];
}

describe('the published schemas', () => {
  it('are those that documents are read by; npm run docs writes them anew', () => {
    const published = readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`);
    expect(published.sort()).toEqual([...files().keys()].sort());
    for (const [path, text] of files()) {
      const stale = readFileSync(join(ROOT, path), 'utf8') === text ? [] : [`${path} is not current: npm run docs`];
      expect(stale).toEqual([]);
    }
  });

  it('are there for each kind, and for all of them', () => {
    expect(readdirSync(join(ROOT, FOLDER))).toHaveLength(jsonSchemas().length);
  });

  it.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.yaml')))('accept the example %s', (name) => {
    expect(complaints(readFileSync(join(EXAMPLES, name), 'utf8'))).toEqual([]);
  });

  it.each(Object.entries({ POLICY, RELEASE, TOPOLOGY, ENVIRONMENT, STAGED_RELEASE }))(
    'accept the document %s of the tests',
    (_name, text) => {
      expect(complaints(text)).toEqual([]);
    },
  );

  it('accept the release that the end-to-end tests submit', () => {
    const rollout = [{ clusters: ['eu-1'], batches: [1, '100%'] }];
    const document = releaseDocument({ version: '2', topology: 'production', rollout });
    expect(complaints(JSON.stringify(document))).toEqual([]);
  });

  it('do not accept an example with a typo', () => {
    const text = readFileSync(join(EXAMPLES, 'release.yaml'), 'utf8');
    expect(complaints(text.replace('maxParallel:', 'maxParalel:'))).toContainEqual(
      expect.objectContaining({ instancePath: '/spec/rollout/1', params: { additionalProperty: 'maxParalel' } }),
    );
  });
});
