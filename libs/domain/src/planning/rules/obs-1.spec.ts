import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { obs1 } from './obs-1.js';
import { patchesOf } from './plans.spec-support.js';

const batches = [batch('a.1', 1, 1), batch('a.2', 2, 1)];
const VALIDATORS = {
  metric: { name: 'errors', metric: { events: 'errors_total', exposure: 'requests_total' } },
  latency: { name: 'slow', latency: { histogram: 'duration_seconds' } },
  log: { name: 'orders', log: { source: 'orders.log', pattern: 'placed', min: 1 } },
  confirm: { name: 'second-look', confirm: {} },
  file: { name: 'online-file', file: { path: '/build-info.json', sha256: 'a'.repeat(64) } },
};

describe('OBS-1: every batch is validated', () => {
  it.each(['metric', 'latency', 'log', 'confirm'] as const)('is kept by a %s', (kind) => {
    expect(obs1(factsAbout(batches, { spec: { validate: [VALIDATORS[kind]] } }))).toEqual([]);
  });

  it('is broken when nothing validates', () => {
    const [finding] = obs1(factsAbout(batches, { spec: { validate: [] } }));
    expect(finding).toMatchObject({ rule: 'OBS-1', severity: 'block', batch: null });
    expect(finding?.message).toBe('is not validated; the policy accepts metric, latency, log, confirm');
  });

  it('is broken by a file alone, which confirms the deployment and not how the service is', () => {
    const [finding] = obs1(factsAbout(batches, { spec: { validate: [VALIDATORS.file] } }));
    expect(finding?.message).toContain('is only validated by file');
  });

  it('takes from the policy what is accepted', () => {
    const policy = { validation: { acceptable: ['metric'] } };
    expect(obs1(factsAbout(batches, { spec: { validate: [VALIDATORS.log] }, policy }))).toHaveLength(1);
    expect(obs1(factsAbout(batches, { spec: { validate: [VALIDATORS.log, VALIDATORS.metric] }, policy }))).toEqual([]);
  });

  it('is not asked for by a policy that does not require validation', () => {
    const policy = { validation: { required: false } };
    expect(obs1(factsAbout(batches, { spec: { validate: [] }, policy }))).toEqual([]);
  });

  it('is put right by a second person where the policy accepts one, under a name that is free', () => {
    const file = { ...VALIDATORS.file, name: 'second-look' };
    expect(patchesOf({ spec: { validate: undefined } }, 'OBS-1')).toEqual([
      'release add /spec/validate [{name: second-look, confirm: {role: operator, people: 1}}]',
    ]);
    expect(patchesOf({ spec: { validate: [file] } }, 'OBS-1')).toEqual([
      'release add /spec/validate/- {name: second-look-2, confirm: {role: operator, people: 1}}',
    ]);
  });

  it('is put right by something to be filled in where it does not', () => {
    const policy = { validation: { acceptable: ['log'] } };
    const [patch] = patchesOf({ spec: { validate: [VALIDATORS.file] }, policy }, 'OBS-1');
    expect(patch).toMatch(/^release add \/spec\/validate\/- \{name: business, log: \{/);
    expect(patch).toMatch(
      /fill in \/spec\/validate\/1\/log\/source, \/spec\/validate\/1\/log\/pattern, \/spec\/validate\/1\/log\/min$/,
    );
  });
});
