import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { DEFAULT_POLICY, PolicySpec } from '../documents/policy.js';
import { policies, STEPS } from './policies.spec-support.js';
import { COMPARED, policyChanges } from './policy-changes.js';

/** The fields of a schema that have no fields of their own, `validation.required`, `rules[].when`. */
function leaves(schema: unknown, at = ''): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return leaves(schema.unwrap(), at);
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([name, inner]) => leaves(inner, at ? `${at}.${name}` : name));
  }
  const isListOfGroups = schema instanceof z.ZodArray && schema.element instanceof z.ZodObject;
  return isListOfGroups ? leaves(schema.element, `${at}[]`) : [at];
}

const spec = (changes: object = {}): PolicySpec => PolicySpec.parse({ ...DEFAULT_POLICY.spec, ...changes });
const RULE = { id: 'ORG-1', when: 'plan.units > 10', message: 'too many' };

function told(from: object, to: object): string[] {
  return policyChanges(spec(from), spec(to)).map(({ path, effect, words }) => `${path} ${effect}: ${words}`);
}

describe('comparing two versions of a policy', () => {
  it('knows every field that a policy has', () => {
    const fields = leaves(PolicySpec).sort();
    expect(fields).toContain('rules[].when');
    expect(fields).toContain('total.high');
    expect(Object.keys(COMPARED).sort()).toEqual(fields);
    expect(Object.keys(STEPS).sort()).toEqual(fields);
  });

  it.each<[string, object, object, string[]]>([
    ['fewer batches', { minBatches: 3 }, {}, ['spec.minBatches looser: the least number of batches is 2 instead of 3']],
    [
      'less time in all',
      {},
      { total: { high: '59m' } },
      ['spec.total.high looser: the least time in all at high risk is 59m instead of 60m'],
    ],
    [
      'more time in all, and time where none was asked',
      {},
      { total: { high: '2h', standard: '10m' } },
      [
        'spec.total.standard tighter: the least time in all at standard risk is 10m instead of left open',
        'spec.total.high tighter: the least time in all at high risk is 2h instead of 60m',
      ],
    ],
    ['the same time in other words', { observe: { core: '60m' } }, { observe: { core: '1h' } }, []],
    ['nothing asked, and a time of nothing', {}, { first: { standard: '0s' } }, []],
    [
      'one validator more and one less',
      { validation: { acceptable: ['metric', 'log'] } },
      { validation: { acceptable: ['confirm', 'metric'] } },
      [
        'spec.validation.acceptable looser: a confirm is enough to validate a batch',
        'spec.validation.acceptable tighter: a log is not enough any more to validate a batch',
      ],
    ],
    [
      'staging that need not be passed any more',
      { staging: { required: ['core'], maxProduction: '5%' } },
      {},
      [
        'spec.staging.maxProduction looser: the largest share of production traffic that goes to staging is left open instead of 5%',
        'spec.staging.required looser: core risk need not pass staging any more',
      ],
    ],
    ['a share of everything, and none', {}, { staging: { maxProduction: '100%' } }, []],
    [
      'fewer people',
      { people: { exception: 3 } },
      { people: { exception: 2 } },
      ['spec.people.exception looser: the number of people who approve an exception is 2 instead of 3'],
    ],
    ['one person, and nothing said of it', { people: {} }, {}, []],
    [
      'a budget that is left out',
      { budgets: { cluster: 2 } },
      {},
      ['spec.budgets.cluster looser: the most releases that run at a time in one cluster is left open instead of 2'],
    ],
    [
      'a rule that only reports',
      {},
      { modes: { 'INT-2': 'shadow' } },
      ['spec.modes.INT-2 looser: the mode of INT-2 is shadow instead of enforce'],
    ],
    ['a rule that is said to be enforced', {}, { modes: { 'INT-2': 'enforce' } }, []],
    [
      'a rule of its own that goes, and one that comes',
      { rules: [RULE] },
      { rules: [{ ...RULE, id: 'ORG-2' }] },
      [
        'spec.rules.ORG-2 tighter: rule ORG-2 is asked as well',
        'spec.rules.ORG-1 looser: rule ORG-1 is not asked any more',
      ],
    ],
    [
      'a rule of its own that warns, in other words, about something else',
      { rules: [RULE] },
      { rules: [{ ...RULE, severity: 'warn', message: 'many', when: 'false' }] },
      [
        'spec.rules.ORG-1.severity looser: rule ORG-1 warns instead of blocking',
        'spec.rules.ORG-1.when looser: rule ORG-1 is broken by something else',
      ],
    ],
  ])('tells %s', (_, from, to, expected) => {
    expect(told(from, to)).toEqual(expected);
  });

  it('says what a value was and is, and shows no more of a long one than anybody reads', () => {
    expect(policyChanges(spec(), spec({ budgets: { topology: 4 } }))).toEqual([
      expect.objectContaining({ path: 'spec.budgets.topology', from: null, to: '4', effect: 'tighter' }),
    ]);
    const when = `release.reason == "${'🚦'.repeat(200)}"`;
    const [change] = policyChanges(spec(), spec({ rules: [{ ...RULE, when }] }));
    expect(change?.to).toBe(`${[...when].slice(0, 119).join('')}…`);
  });
});

describe('who approves', () => {
  const LISTS = { levels: ['peer', 'owner', 'director'] };

  it.each<[string, object, object, string[]]>([
    [
      'by a lower level is looser, by a higher one tighter',
      { approvals: { high: 'owner', core: 'owner' } },
      { approvals: { high: 'peer', core: 'director' } },
      [
        'spec.approvals.high looser: high risk is approved by peer instead of owner',
        'spec.approvals.core tighter: core risk is approved by director instead of owner',
      ],
    ],
    [
      'in another order is looser: who was too low is not any more',
      LISTS,
      { levels: ['owner', 'peer', 'director'] },
      ['spec.levels looser: high risk is approved by owner, peer, director instead of owner, director'],
    ],
    [
      'by a level of another name is looser',
      LISTS,
      { levels: ['peer', 'owner', 'chief'], approvals: { exception: 'chief' } },
      [
        'spec.approvals.exception looser: an exception is approved by chief instead of director',
        'spec.levels looser: standard risk is approved by peer, owner, chief instead of peer, owner, director',
      ],
    ],
    [
      'by one more level on top is looser',
      LISTS,
      { levels: ['peer', 'owner', 'director', 'board'] },
      [
        'spec.levels looser: standard risk is approved by peer, owner, director, board instead of peer, owner, director',
      ],
    ],
    [
      'beside one more level that is enough for nothing is as it was',
      LISTS,
      { levels: ['intern', ...LISTS.levels] },
      [],
    ],
  ])('%s', (_, from, to, expected) => {
    expect(told(from, to)).toEqual(expect.arrayContaining(expected));
    expect(told(from, to).some((line) => line.includes(' looser: '))).toBe(
      expected.some((line) => line.includes('looser')),
    );
  });

  it('of a looser policy counts as well', () => {
    const from = { levels: ['peer', 'owner', 'director', 'board'], approvals: { core: 'director' } };
    const to = { levels: ['peer', 'owner', 'director'], approvals: { core: 'director' } };
    expect(told(from, to)).toContain('spec.levels looser: a looser policy is approved by director instead of board');
  });

  it('is looser when somebody is named, or nobody any more, and tighter when somebody is left out', () => {
    const named = { holders: { owner: ['otto'], director: ['dora'] } };
    expect(told(named, { holders: { owner: [], director: ['dora', 'eve'] } })).toEqual([
      'spec.holders.director looser: eve holds level director',
      'spec.holders.owner tighter: otto holds level owner no more',
    ]);
    expect(told(named, {})).toEqual(['spec.holders looser: who holds which level is left to what tokens say']);
  });

  it('is looser where people are named for the first time: nobody knows what they could before', () => {
    expect(told({}, { holders: { director: ['dora'] } })).toEqual([
      'spec.holders tighter: levels are held by who is named for them, whatever tokens say',
      'spec.holders.director looser: dora holds level director',
    ]);
  });
});

describe('any policy', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom(...Object.keys(STEPS)), fc.nat({ max: 1_000 })), { maxLength: 12 });

  it('compared with itself has not changed', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        expect(policyChanges(policy, structuredClone(policy))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('made looser in any one field is found to be', () => {
    const found = new Map<string, number>();
    fc.assert(
      fc.property(policies, fc.nat({ max: 1_000 }), (policy, pick) => {
        for (const [field, { looser }] of Object.entries(STEPS)) {
          const changed = looser(policy, pick);
          if (!changed) continue;
          found.set(field, 1 + (found.get(field) ?? 0));
          const at = `spec.${field.replace(/\[\].*/, '')}`;
          const paths = policyChanges(policy, changed).flatMap(({ effect, path }) => (effect === 'looser' ? path : []));
          expect(paths).toContainEqual(expect.stringMatching(new RegExp(`^${at}\\b`)));
          expect(policyChanges(changed, policy)).not.toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
    // It says something of a field only if that was made looser.
    expect([...found.keys()].sort()).toEqual(
      Object.keys(STEPS)
        .filter((field) => !/message|remedy/.test(field))
        .sort(),
    );
  });

  it('that only asks more is never looser, however many steps it takes', () => {
    let taken = 0;
    fc.assert(
      fc.property(policies, steps, (policy, wanted) => {
        let tighter = policy;
        for (const [field, pick] of wanted) {
          const next = STEPS[field]?.tighter(tighter, pick);
          if (next) taken += 1;
          tighter = next ?? tighter;
        }
        expect(policyChanges(policy, tighter).filter(({ effect }) => effect === 'looser')).toEqual([]);
      }),
      { numRuns: 150 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('that is looser in one field and tighter in others is looser still', () => {
    fc.assert(
      fc.property(
        policies,
        fc.constantFrom('minBatches', 'total.high', 'people.core'),
        steps,
        (policy, field, wanted) => {
          const looser = STEPS[field]?.looser(policy, 0);
          if (!looser) return;
          let mixed = looser;
          for (const [other, pick] of wanted) if (other !== field) mixed = STEPS[other]?.tighter(mixed, pick) ?? mixed;
          expect(policyChanges(policy, mixed)).toContainEqual(
            expect.objectContaining({ path: `spec.${field}`, effect: 'looser' }),
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});
