import { describe, expect, it } from '@jest/globals';
import { Policy } from './policy.js';
import { validateDocument } from './read-document.js';
import { readPolicy } from './readers.js';

const head = 'apiVersion: sluice/v1\nkind: Policy\nmetadata: { name: strict }\nspec:\n  rules:\n';
const told = (rules: string): string[] => {
  const result = readPolicy(`${head}${rules}`, 'policy.yaml');
  return result.ok
    ? []
    : result.problems.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
};

describe('the own rules of a policy', () => {
  it('have their defaults', () => {
    const result = readPolicy(`${head}    - { id: ORG-1, when: plan.units > 9, message: too many }\n`, 'policy.yaml');
    expect(result.ok && result.value.spec.rules).toEqual([
      { id: 'ORG-1', severity: 'block', mode: 'enforce', when: 'plan.units > 9', message: 'too many' },
    ]);
  });

  it('are told everything that is wrong with them at once, each where it is', () => {
    expect(
      told(`    - { id: ORG-1, when: 'plan.unts > 9', message: too many }
    - id: ORG-2
      when: plan.units
      message: no question
    - { id: ORG-1, when: 'plan.units >', message: again }
    - { id: int-2, when: plan.units > 9, message: taken }
    - { id: FRZ-1, severity: bad, when: '', message: '' }
    - { id: ORG-3, mode: on, when: plan.units > 9 }
`),
    ).toEqual([
      '6:26 spec.rules[0].when there is no field unts, did you mean `units`? (at character 6)',
      '8:13 spec.rules[1].when must be true or false, this is an int',
      '10:13 spec.rules[2].id rule ORG-1 is there already, in spec.rules[0]',
      '10:26 spec.rules[2].when it ends too early (at character 13)',
      '11:13 spec.rules[3].id INT-2 is a rule that Sluice has itself; spec.modes says how it is taken',
      '12:13 spec.rules[4].id FRZ-1 is a rule that Sluice has itself; spec.modes says how it is taken',
      '12:30 spec.rules[4].severity must be one of block, warn',
      '12:41 spec.rules[4].when must not be empty',
      '12:54 spec.rules[4].message must not be empty',
      '13:7 spec.rules[5].message is missing',
      '13:26 spec.rules[5].mode must be one of enforce, shadow, off',
    ]);
  });

  it('leave to Sluice the names that its next rules may have', () => {
    expect(told('    - { id: INT-9, when: plan.units > 9, message: x }\n')).toEqual([
      '6:13 spec.rules[0].id INT-… is what Sluice calls rules of its own; begin with something else',
    ]);
    expect(told('    - { id: INTERNAL-9, when: plan.units > 9, message: x }\n')).toEqual([]);
  });

  it('say in which line of a longer expression the mistake is', () => {
    const when = '    - id: ORG-1\n      message: x\n      when: |\n        plan.units > 9 &&\n        plan.wave > 1\n';
    expect(told(when)).toEqual([
      '9:1 spec.rules[0].when there is no field wave, did you mean `waves`? (at line 2, character 6)',
    ]);
  });

  it('are checked in a policy that comes as JSON too', () => {
    const rules = [{ id: 'ORG-1', when: 'plan.unts > 9', message: 'too many' }];
    const policy = { apiVersion: 'sluice/v1', kind: 'Policy', metadata: { name: 'strict' }, spec: { rules } };
    expect(validateDocument(Policy, policy, 'policy')).toMatchObject({
      ok: false,
      problems: [{ path: 'spec.rules[0].when', message: expect.stringContaining('unts') }],
    });
  });

  it('take only so many steps together, and are told once at which of them it is too much', () => {
    const rule = (i: number) =>
      `    - { id: ORG-${i}, message: x, when: 'plan.batches.all(b, validators.all(v, v.people < ${i}))' }\n`;
    expect(told([1, 2, 3, 4].map(rule).join(''))).toEqual([]);
    expect(told(Array.from({ length: 60 }, (_, i) => rule(i)).join(''))).toEqual([
      expect.stringMatching(/ spec\.rules\[\d+\]\.when takes too many steps, together with the rules before it$/),
    ]);
  });

  it('are not compiled when they are longer than any rule', () => {
    const rules = `    - { id: ORG-1, message: x, when: '${'plan.unts > 1 || '.repeat(300)}' }\n`;
    expect(told(rules)).toEqual(['6:38 spec.rules[0].when must be at most 4000 characters']);
  });
});

describe('the modes of a policy', () => {
  const modes = (text: string): string[] => told(`    []\n  modes: ${text}\n`);

  it('are of rules that there are, and such as there are', () => {
    expect(modes('{ INT-2: shadow, BAT-1: off }')).toEqual([]);
    expect(modes('{ INT-9: off }')).toEqual([expect.stringContaining('spec.modes')]);
    expect(modes('{ INT-2: on }')).toEqual([
      expect.stringMatching(/spec.modes.INT-2 must be one of enforce, shadow, off/),
    ]);
  });

  it('are not of rules that are how a release runs', () => {
    expect(modes('{ OBS-3: enforce }')).toEqual([]);
    expect(modes('{ OBS-3: off, OBS-4: shadow, RBK-2: off }')).toEqual([
      '7:19 spec.modes.OBS-3 OBS-3 is part of how every release runs, and is always enforced',
      '7:31 spec.modes.OBS-4 OBS-4 is part of how every release runs, and is always enforced',
      '7:46 spec.modes.RBK-2 RBK-2 is part of how every release runs, and is always enforced',
    ]);
  });
});
