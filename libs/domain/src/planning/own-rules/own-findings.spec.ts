import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { judge } from '../judge.js';

const batches = [batch('a.1', 1, 1, '10m'), batch('a.2', 2, 5, '10m')];
const judged = (...rules: object[]) => judge(factsAbout(batches, { policy: { rules } }));
const wide = { id: 'ORG-1', when: 'plan.batches.exists(b, b.units > 4)', message: 'changes more than 4 units at once' };

describe('a rule of an organisation’s own', () => {
  it('that is broken is a finding like any other, with its place in the policy', () => {
    const { findings, approval } = judged({ ...wide, id: 'ORG-0', when: 'plan.units > 99' }, wide);
    expect(findings).toEqual([
      {
        rule: 'ORG-1',
        severity: 'block',
        batch: null,
        path: 'spec.rules[1]',
        source: 'policy',
        message: 'changes more than 4 units at once',
        remedy: 'change the plan so that this is not so: plan.batches.exists(b, b.units > 4)',
      },
    ]);
    expect(approval).toEqual({ level: 'director', because: ['ORG-1'] });
  });

  it('says what would do when the policy says so', () => {
    expect(judged({ ...wide, remedy: 'end with [1, 4, 100%]' }).findings[0]?.remedy).toBe('end with [1, 4, 100%]');
  });

  it('comes after the rules of the requirement', () => {
    const hasty = [batch('a.1', 1, 1, '0s'), batch('a.2', 2, 5, '10m')];
    const { approval } = judge(factsAbout(hasty, { policy: { rules: [wide] } }));
    expect(approval?.because).toEqual(['INT-1', 'ORG-1']);
  });

  it('that warns, or is in shadow, needs nobody; one that is off is not looked at', () => {
    expect(judged({ ...wide, severity: 'warn' })).toMatchObject({ findings: [{ severity: 'warn' }], approval: null });
    const shadow = judged({ ...wide, mode: 'shadow' });
    expect(shadow).toMatchObject({ findings: [{ rule: 'ORG-1', severity: 'block', mode: 'shadow' }], approval: null });
    expect(judged({ ...wide, mode: 'off' })).toMatchObject({ findings: [], approval: null });
  });

  it('fails closed: one that cannot be evaluated counts as broken, and says why', () => {
    const rule = { ...wide, when: '1 / (plan.units - 6) > 0' };
    const { findings, approval } = judged(rule);
    expect(findings[0]).toMatchObject({ rule: 'ORG-1', severity: 'block', path: 'spec.rules[0]' });
    expect(findings[0]?.message).toBe(
      'could not be evaluated, so nobody knows whether it is kept (changes more than 4 units at once): ' +
        'division by zero (at character 1)',
    );
    expect(approval?.because).toEqual(['ORG-1']);
    expect(judged({ ...rule, severity: 'warn' })).toMatchObject({ findings: [{ severity: 'warn' }], approval: null });
  });

  it('fails closed: one that was stored and does not compile any more counts as broken', () => {
    const { policy, ...facts } = factsAbout(batches, { policy: { rules: [wide] } });
    const rules = (policy.rules ?? []).map((rule) => ({ ...rule, when: 'plan.unts > 1' }));
    const { findings } = judge({ ...facts, policy: { ...policy, rules } });
    expect(findings[0]?.message).toMatch(/^could not be evaluated.*: there is no field unts, did you mean `units`\?/);
  });

  it('is not an error where one side of `or` is an error and the other is true, as CEL has it', () => {
    expect(judged({ ...wide, when: '1 / (plan.units - 6) > 0 || plan.units == 6' }).findings[0]?.message).toBe(
      'changes more than 4 units at once',
    );
  });
});
