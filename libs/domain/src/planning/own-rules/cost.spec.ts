import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { compile } from './compile.js';
import { sceneOf } from './scene.js';

const TOO_MANY = /^takes too many steps on a plan of 5000 batches/;

function flawOf(when: string): string {
  const expression = compile(when);
  return expression.ok ? '' : expression.flaw;
}

describe('what an own rule may cost', () => {
  it.each([
    ['a loop within a loop', 'plan.batches.all(b, plan.batches.all(c, c.units == b.units))'],
    ['a loop over what a loop made', 'cel.bind(a, plan.batches.map(b, b.units), a.all(x, a.exists(y, x < y)))'],
    ['a list that doubles', `${doubling('plan.batches')}d8.size() > 1${')'.repeat(9)}`],
    ['a text that doubles', `${doubling('release.reason', 24)}d23.size() > 1${')'.repeat(24)}`],
    ['lists in lists', 'plan.batches.map(b, plan.batches) == plan.batches.map(b, plan.batches)'],
    ['looking for each in all', 'plan.batches.all(b, b.units in plan.batches.map(c, c.units))'],
    ['a plan that is put away first', 'plan.batches.all(b, [plan][0].waves.filter(w, w.units > 1).size() > 1)'],
    ['a field whose name is made up', 'plan.batches.all(b, plan["bat" + "ches"].all(c, true))'],
  ])('is refused for %s', (_, when) => {
    expect(flawOf(when)).toMatch(TOO_MANY);
  });

  it.each([
    [
      'one loop after another',
      'plan.batches.filter(b, b.wave > 1).map(b, b.units).all(u, u > 0) && plan.waves.all(w, w.units > 0)',
    ],
    ['the validators of each batch', 'plan.batches.all(b, validators.exists(v, v.kind == "confirm"))'],
    ['the size of a list in a loop', 'plan.batches.all(b, b.units < plan.batches.size())'],
  ])('is allowed for %s', (_, when) => {
    expect(flawOf(when)).toBe('');
  });

  it('is refused for what is too long or too deep to be understood', () => {
    expect(flawOf(`${'('.repeat(60)}plan.units > 1${')'.repeat(60)}`)).toMatch(/^exceeded maxDepth/);
    expect(flawOf(Array.from({ length: 400 }, (_, i) => `plan.units > ${i}`).join(' || '))).toMatch(/^exceeded max/);
  });

  it('is seen again at the plan: one that is larger than was reckoned with is not evaluated', () => {
    const expression = compile('plan.batches.all(b, validators.all(v, v.people < 9))');
    if (!expression.ok) throw new Error(expression.flaw);
    const validate = Array.from({ length: 50 }, (_, i) => ({ name: `look-${i}`, confirm: {} }));
    const batches = (count: number) => Array.from({ length: count }, (_, i) => batch(`c${i}.1`, i + 1, 1));
    const small = sceneOf(factsAbout(batches(100), { spec: { validate } }));
    expect(expression.evaluate(small)).toEqual({ ok: true, broken: true });
    const large = sceneOf(factsAbout(batches(20_000), { spec: { validate } }));
    expect(expression.evaluate(large)).toMatchObject({ ok: false, why: expect.stringMatching(/20000 batches/) });
  });
});

/** `cel.bind(d0, …, cel.bind(d1, d0 + d0, …` */
function doubling(what: string, times = 9): string {
  return Array.from({ length: times }, (_, i) => `cel.bind(d${i}, ${i === 0 ? what : `d${i - 1} + d${i - 1}`}, `).join(
    '',
  );
}
