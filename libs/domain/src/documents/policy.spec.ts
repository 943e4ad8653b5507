import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY } from './policy.js';
import { readPolicy } from './readers.js';

const policy = (spec: string): string => `apiVersion: sluice/v1
kind: Policy
metadata: { name: strict }
spec:
${spec}`;

const told = (spec: string): string[] => {
  const result = readPolicy(policy(spec), 'policy.yaml');
  return result.ok
    ? []
    : result.problems.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
};

describe('the policy that ships', () => {
  it('holds exactly the requirement', () => {
    expect(DEFAULT_POLICY.spec).toEqual({
      minBatches: 2,
      firstBatch: { maxUnits: 1, severity: 'warn' },
      total: { high: '60m' },
      observe: { core: '30m' },
      first: { core: '20m' },
      validation: {
        required: true,
        acceptable: ['metric', 'latency', 'log', 'confirm'],
        deployment: ['file', 'inspect'],
      },
      approvals: { standard: 'peer', high: 'owner', core: 'owner', exception: 'director' },
      levels: ['peer', 'owner', 'director'],
    });
  });

  it('holds where an organisation says nothing else', () => {
    const result = readPolicy(policy('  total: { standard: 30m }\n  observe: { high: 5m }\n'), 'policy.yaml');
    expect(result.ok && result.value.spec).toMatchObject({
      total: { standard: '30m', high: '60m' },
      observe: { high: '5m', core: '30m' },
      first: { core: '20m' },
    });
  });
});

describe('a policy', () => {
  it('asks for two batches at least', () => {
    expect(told('  minBatches: 1\n')).toEqual(['5:15 spec.minBatches must be at least 2']);
  });

  it('names only levels that it has', () => {
    expect(told('  approvals: { high: ownr }\n')).toEqual([
      '5:22 spec.approvals.high level ownr is not one of levels (peer, owner, director), did you mean `owner`?',
    ]);
  });

  it('has each level once', () => {
    expect(told('  levels: [peer, owner, director, peer]\n')).toEqual([
      '5:35 spec.levels[3] level peer is there already',
    ]);
  });

  it('never has exceptions approved by less than what needs none', () => {
    expect(told('  approvals: { exception: peer }\n')).toEqual([
      '5:27 spec.approvals.exception level peer is below owner, which risk high needs without an exception',
    ]);
  });

  it('is told of its levels together with what is wrong in form', () => {
    expect(told('  minBatches: two\n  approvals: { core: chief }\n')).toEqual([
      '5:15 spec.minBatches must be a whole number',
      '6:22 spec.approvals.core level chief is not one of levels (peer, owner, director)',
    ]);
  });
});
