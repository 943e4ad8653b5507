import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { obs2 } from './obs-2.js';
import { patchesOf } from './plans.spec-support.js';

const batches = [batch('a.1', 1, 1), batch('a.2', 2, 1)];
const file = { name: 'online-file', file: { path: '/build-info.json', sha256: 'a'.repeat(64) } };
const onlyFiles = { validation: { deployment: ['file'] } };

describe('OBS-2: the deployment itself is confirmed', () => {
  it('is kept by the driver, which reads the version back', () => {
    expect(obs2(factsAbout(batches, { spec: { validate: [] } }))).toEqual([]);
  });

  it('is kept by a file where the policy accepts nothing else', () => {
    expect(obs2(factsAbout(batches, { spec: { validate: [file] }, policy: onlyFiles }))).toEqual([]);
  });

  it('is broken where the policy accepts only files and there is none', () => {
    const findings = obs2(factsAbout(batches, { policy: onlyFiles }));
    expect(findings).toMatchObject([{ rule: 'OBS-2', severity: 'block', batch: null }]);
  });

  it('is put right by a file whose digest its author fills in', () => {
    const zeros = '0'.repeat(64);
    expect(patchesOf({ policy: onlyFiles }, 'OBS-2')).toEqual([
      `release add /spec/validate/- {name: online-file, file: {path: /build-info.json, sha256: '${zeros}'}}; fill in /spec/validate/1/file/path, /spec/validate/1/file/sha256`,
    ]);
  });
});
