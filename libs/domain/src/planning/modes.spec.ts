import { describe, expect, it } from '@jest/globals';
import { policyOf } from './documents.spec-support.js';
import { batch, factsAbout } from './facts.spec-support.js';
import { judge } from './judge.js';
import { isBlocking, isEnforced } from './modes.js';
import { RUN_TIME_RULES } from './rule-ids.js';
import { RULE_TABLE } from './rules/table.js';

/** High risk that is over after twenty minutes: INT-2 blocks. Two units first: BAT-3 warns. */
const hasty = [batch('a.1', 1, 2, '10m'), batch('a.2', 2, 2, '10m')];
const judged = (modes: Record<string, string>, batches = hasty, risk = 'high') =>
  judge(factsAbout(batches, { spec: { risk }, policy: { modes } }));
const told = ({ findings }: ReturnType<typeof judge>): string[] =>
  findings.map((finding) => `${finding.rule} ${finding.severity} ${finding.mode ?? 'enforced'}`);

describe('a rule of the requirement', () => {
  it('is enforced when the policy does not name it', () => {
    expect(told(judged({}))).toEqual(['BAT-3 warn enforced', 'INT-2 block enforced']);
    expect(judged({}).approval).toEqual({ level: 'director', because: ['INT-2'] });
    expect(judged({}).findings.every((finding) => !('mode' in finding))).toBe(true);
  });

  it('in shadow is told, and asks for nobody beyond what the risk asks for', () => {
    const judgement = judged({ 'INT-2': 'shadow' });
    expect(told(judgement)).toEqual(['BAT-3 warn enforced', 'INT-2 block shadow']);
    expect(judgement.approval).toEqual({ level: 'owner', because: [] });
    expect(
      judged({ 'INT-1': 'shadow' }, [batch('a.1', 1, 1, '0s'), batch('a.2', 2, 1)], 'standard').approval,
    ).toBeNull();
  });

  it('that is off is not looked at', () => {
    expect(told(judged({ 'INT-2': 'off', 'BAT-3': 'off' }))).toEqual([]);
  });

  it('keeps the others as they are: what is not phased is escalated whatever becomes of BAT-1 and BAT-2', () => {
    const judgement = judged({ 'BAT-1': 'off', 'BAT-2': 'shadow' }, [batch('a.1', 1, 1, '1h')]);
    expect(judgement.approval?.because).toEqual(['BAT-4']);
  });

  it('can be taken otherwise when a plan can break it; the others are how a release runs', () => {
    expect(RUN_TIME_RULES.filter((rule) => RULE_TABLE[rule] !== undefined)).toEqual([]);
  });

  it('is enforced at run time in no other mode than enforce', () => {
    const { spec } = policyOf({ modes: { 'INT-2': 'shadow', 'INT-3': 'off', 'INT-4': 'enforce' } });
    expect((['INT-1', 'INT-2', 'INT-3', 'INT-4'] as const).filter((rule) => isEnforced(spec, rule))).toEqual([
      'INT-1',
      'INT-4',
    ]);
  });
});

describe('a finding', () => {
  it('blocks by its severity, unless it is only told', () => {
    expect(isBlocking({ severity: 'block' })).toBe(true);
    expect(isBlocking({ severity: 'warn' })).toBe(false);
    expect(isBlocking({ severity: 'block', mode: 'shadow' })).toBe(false);
  });
});
