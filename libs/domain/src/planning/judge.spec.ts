import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from './facts.spec-support.js';
import { judge } from './judge.js';

const phased = [batch('a.1', 1, 1, '20m'), batch('a.2', 2, 5, '40m')];

describe('the approval that a plan needs', () => {
  it('is none for standard risk without findings that block', () => {
    expect(judge(factsAbout(phased)).approval).toBeNull();
  });

  it('is none when a finding only warns', () => {
    const judgement = judge(factsAbout([batch('a.1', 1, 2), batch('a.2', 2, 5)]));
    expect(judgement.findings).toMatchObject([{ rule: 'BAT-3', severity: 'warn' }]);
    expect(judgement.approval).toBeNull();
  });

  it.each(['high', 'core'])('is the level of %s risk, because of nothing but the risk', (risk) => {
    const policy = { levels: ['peer', 'lead', 'director'], approvals: { high: 'lead', core: 'lead' } };
    const judgement = judge(factsAbout(phased, { spec: { risk }, policy }));
    expect(judgement).toMatchObject({ findings: [], approval: { level: 'lead', because: [] } });
  });

  it('is the level of exceptions when a finding blocks, because of each rule once', () => {
    const judgement = judge(
      factsAbout([batch('a.1', 1, 1, '0s'), batch('a.2', 2, 5, '0s')], { spec: { risk: 'high' } }),
    );
    expect(judgement.approval).toEqual({ level: 'director', because: ['INT-1', 'INT-2'] });
  });

  it('comes with BAT-4 when the release is not phased', () => {
    expect(judge(factsAbout([batch('a.1', 1, 1)])).approval?.because).toEqual(['BAT-1', 'BAT-2', 'BAT-4']);
  });
});

describe('judging again', () => {
  it('finds that a shortened interval breaks what the plan had kept', () => {
    const core = { spec: { risk: 'core' } };
    expect(judge(factsAbout(phased, core)).findings).toEqual([]);
    const shortened = [batch('a.1', 1, 1, '10m'), batch('a.2', 2, 5, '10m')];
    expect(judge(factsAbout(shortened, core)).findings.map(({ rule }) => rule)).toEqual(['INT-3', 'INT-4']);
  });

  it('promises no change of a document: what runs already was planned from it', () => {
    const { findings } = judge(
      factsAbout([batch('a.1', 1, 9, '0s'), batch('a.2', 2, 1, '0s')], { spec: { risk: 'core' } }),
    );
    expect(findings.length).toBeGreaterThan(5);
    for (const finding of findings) expect(finding).not.toHaveProperty('patch');
    for (const { path } of findings) expect(path).toMatch(/^spec\./);
  });

  it('adds up the longest interval of each wave', () => {
    const batches = [batch('a.1', 1, 1, '10m'), batch('b.1', 1, 1, '30m'), batch('a.2', 2, 1, '1h')];
    expect(judge(factsAbout(batches))).toMatchObject({ observation: '1h30m', duration: '1h30m' });
  });
});
