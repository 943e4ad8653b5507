import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batch, factsAbout } from '../facts.spec-support.js';
import { compile } from './compile.js';
import { sceneOf } from './scene.js';
import { OBJECTS, VARIABLES } from './variables.js';

const WORDS = [
  ...Object.keys(VARIABLES),
  ...Object.values(OBJECTS).flatMap((fields) => Object.keys(fields)),
  ...[
    'all',
    'exists',
    'exists_one',
    'filter',
    'map',
    'size',
    'bind',
    'cel',
    'duration',
    'string',
    'int',
    'double',
    'bytes',
  ],
  ...['split', 'join', 'substring', 'indexOf', 'google', 'type', 'null', 'true', 'false', 'in', 'x', 'y'],
];
const SIGNS = [
  '.',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '?',
  '!',
  '-',
  '+',
  '*',
  '/',
  '%',
  '<',
  '>=',
  '==',
  '&&',
  '||',
];
const tokens = fc.array(
  fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom(...SIGNS), fc.constantFrom('0', '1', '9', '1.5', '"20m"', "'a'")),
  { maxLength: 25 },
);

/** Sound more often than not: a number of the plan, a way to go on from it. */
const number: fc.Arbitrary<string> = fc.letrec<{ number: string }>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'plan.units',
      'plan.batches.size()',
      '0',
      '3',
      'b.units',
      'plan.batches[2].wave',
      'release.limits.retries',
    ),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/', '%'), tie('number'))
      .map((parts) => `(${parts.join(' ')})`),
    fc.tuple(tie('number'), tie('number')).map(([one, other]) => `plan.batches.map(b, ${one})[${other}]`),
    fc.tuple(tie('number'), tie('number')).map(([one, other]) => `plan.waves.filter(b, ${one} > ${other}).size()`),
  ),
})).number;

const scene = sceneOf(factsAbout([batch('a.1', 1, 1), batch('a.2', 2, 4)]));

/** What came of it; whatever is thrown is a failure of the test. */
function outcome(when: string): 'refused' | 'not evaluated' | 'answered' {
  const expression = compile(when);
  if (!expression.ok) {
    expect(expression.flaw).not.toBe('');
    return 'refused';
  }
  const answer = expression.evaluate(scene);
  expect(expression.evaluate(scene)).toEqual(answer);
  return answer.ok ? 'answered' : 'not evaluated';
}

describe('whatever is written as an expression', () => {
  it('is refused with a reason or evaluated, and never throws', () => {
    fc.assert(
      fc.property(tokens, fc.boolean(), (words, spaced) => {
        outcome(words.join(spaced ? ' ' : ''));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is answered alike each time when it can be, and says so when it cannot', () => {
    const seen = { refused: 0, 'not evaluated': 0, answered: 0 };
    fc.assert(
      fc.property(number, number, (one, other) => {
        seen[outcome(`plan.batches.exists(b, ${one} < ${other}) && plan.units > 0`)] += 1;
      }),
      { numRuns: 1_000 },
    );
    expect(Math.min(seen.answered, seen['not evaluated'], seen.refused)).toBeGreaterThan(5);
  });
});
