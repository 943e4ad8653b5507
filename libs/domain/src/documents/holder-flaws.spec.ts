import { describe, expect, it } from '@jest/globals';
import { readPolicy } from './readers.js';

const told = (spec: string): string[] => {
  const text = `apiVersion: sluice/v1\nkind: Policy\nmetadata: { name: strict }\nspec:\n${spec}`;
  const result = readPolicy(text, 'policy.yaml');
  return result.ok
    ? []
    : result.problems.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
};

/** Somebody for each level. */
const HOLDERS = '  holders: { peer: [pete], owner: [otto], director: [dora, dan] }\n';

describe('a policy that says who holds which level', () => {
  it('is sound when each approval can be given', () => {
    expect(told(HOLDERS)).toEqual([]);
    expect(told(`${HOLDERS}  people: { high: 3, core: 3, exception: 2 }\n`)).toEqual([]);
  });

  it('names only levels that it has', () => {
    expect(told('  holders: { peer: [pete], owner: [otto], directr: [dora], director: [dan] }\n')).toEqual([
      '5:52 spec.holders.directr level directr is not one of levels (peer, owner, director), did you mean `director`?',
    ]);
  });

  it('names each person once in a level; in several levels it may', () => {
    expect(told('  holders: { peer: [dora, pete, dora], owner: [dora], director: [dora] }\n')).toEqual([
      '5:33 spec.holders.peer[2] dora holds level peer already',
    ]);
  });

  it('asks for no more people than can approve, counting each person once and those above with them', () => {
    expect(told(`${HOLDERS}  people: { high: 4, exception: 3 }\n`)).toEqual([
      '6:19 spec.people.high asks for 4 of level owner or above, but only 3 hold one: a release of risk high could never be approved',
      '6:33 spec.people.exception asks for 3 of level director or above, but only 2 hold one: an exception could never be approved',
    ]);
    const twice = '  holders: { owner: [dora], director: [dora] }\n  people: { core: 2 }\n';
    expect(told(twice)).toEqual([
      '6:19 spec.people.core asks for 2 of level owner or above, but only 1 holds one: a release of risk core could never be approved',
    ]);
  });

  it('has somebody for every level that is asked for, but nobody need hold what standard releases do not need', () => {
    expect(told('  holders: { director: [dora] }\n')).toEqual([]);
    expect(told('  holders: { owner: [otto] }\n  approvals: { exception: director }\n')).toEqual([
      '6:27 spec.approvals.exception asks for 1 of level director or above, but nobody holds one: an exception could never be approved',
    ]);
    const peers = '  levels: [peer]\n  approvals: { standard: peer, high: peer, core: peer, exception: peer }\n';
    expect(told(`${peers}  holders: { peer: [pete] }\n  people: { standard: 2 }\n`)).toEqual([
      '8:23 spec.people.standard asks for 2 of level peer or above, but only 1 holds one: a release of risk standard could never be approved',
    ]);
  });

  it('is not held to that when the tokens say who holds what', () => {
    expect(told('  people: { high: 10, exception: 10 }\n')).toEqual([]);
  });
});

describe('the number of people of a policy', () => {
  it('is no smaller for breaking rules than for keeping them, at one level', () => {
    expect(told('  people: { high: 2 }\n')).toEqual([]);
    expect(told('  approvals: { core: director }\n  people: { core: 2, exception: 1 }\n')).toEqual([
      '6:33 spec.people.exception asks for 1 where risk core needs 2 of the same level without an exception',
    ]);
  });
});
