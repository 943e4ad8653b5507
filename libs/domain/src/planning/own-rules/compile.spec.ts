import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { compile } from './compile.js';
import { sceneOf } from './scene.js';

const scene = sceneOf(
  factsAbout([batch('a.1', 1, 1, '10m'), batch('b.1', 1, 2, '30m'), batch('a.2', 2, 4, '20m')], {
    spec: { risk: 'high', validate: [{ name: 'look', confirm: { people: 2 } }] },
  }),
);

/** `broken`, `kept`, or why neither can be said. */
function answer(when: string): string {
  const expression = compile(when);
  if (!expression.ok) throw new Error(`${when} ${expression.flaw}`);
  const said = expression.evaluate(scene);
  return said.ok ? (said.broken ? 'broken' : 'kept') : said.why;
}

function flawOf(when: string): string | undefined {
  const expression = compile(when);
  return expression.ok ? undefined : expression.flaw;
}

describe('an expression of an own rule', () => {
  it.each([
    ['release.risk == "high" && plan.units > 6', 'broken'],
    ['plan.units > 7', 'kept'],
    ['plan.batches.exists(b, b.interval < duration("20m"))', 'broken'],
    ['plan.batches.exists(b, b.interval < duration("10m"))', 'kept'],
    ['plan.batches.filter(b, b.last).all(b, b.number == 2 || b.cluster == "b")', 'broken'],
    ['plan.waves[0].units == 3 && plan.waves[0].interval == duration("30m")', 'broken'],
    ['plan.clusters.exists(c, c.batches == 2 && c.largestUnits > 3 * c.firstUnits)', 'broken'],
    ['plan.duration > duration("50m") || plan.observation < duration("50m")', 'kept'],
    ['!validators.exists(v, v.kind == "confirm" && v.people >= 2)', 'kept'],
    ['"intra-cluster" in plan.methods', 'broken'],
    ['staging.used || staging.production > 0.0', 'kept'],
    ['release.limits.unitTimeout == duration("60s") && release.limits.retries == 3', 'broken'],
    ['release.emergency || release.adaptive', 'kept'],
    ['cel.bind(most, plan.units / 2, plan.batches.exists(b, b.units > most))', 'broken'],
  ])('%s is %s', (when, said) => {
    expect(answer(when)).toBe(said);
  });

  it.each([
    ['plam.units > 1', 'there is no variable plam, did you mean `plan`? (at character 1)'],
    ['plan.batchs.size() > 1', 'there is no field batchs, did you mean `batches`? (at character 6)'],
    ['plan.batches.all(b, b.unit > 1)', 'there is no field unit, did you mean `units`? (at character 23)'],
    ['plan.units > 1 &&\n  plan.wave > 1', 'there is no field wave, did you mean `waves`? (at line 2, character 8)'],
    ['plan.units +', 'it ends too early (at character 13)'],
    ['plan.units', 'must be true or false, this is an int'],
    ['release.risk', 'must be true or false, this is a string'],
    ['release.risk == 3', 'string == int does not go together (at character 1)'],
    ['plan.duration < 30', 'duration < int does not go together (at character 1)'],
    ['plan.batches.sort()', 'there is no function list.sort() (at character 1)'],
    ['1 < 2', 'looks at nothing of the plan (release, staging, plan, validators), so it is always the same'],
    ['plan.duration > duration("2d")', 'duration("2d") is no duration; write it like 90s, 20m or 1h30m'],
    ['dyn(plan).unts > 1', 'dyn is not part of rules: it would hide mistakes until a plan is made'],
    ['has(plan.units)', 'has is not part of rules: every field is always there'],
    ['optional.of(plan.units).hasValue()', 'optional is not part of rules: every field is always there'],
  ])('%s is refused', (when, flaw) => {
    expect(flawOf(when)).toBe(flaw);
  });

  it('knows nothing of the time: the same plan is judged alike whenever it is judged', () => {
    expect(flawOf('timestamp(plan.units) > timestamp("2026-01-01T00:00:00Z")')).toMatch(/^timestamp is not part of/);
    expect(flawOf('now() > plan.units')).toBe('there is no function now() (at character 1)');
  });

  it.each([
    ['1 / (plan.units - 7) > 0', 'division by zero (at character 1)'],
    ['plan.batches[9].units > 1', 'no such key: index out of bounds, index 9 >= size 3 (at character 1)'],
    ['int(release.reason) > 2', 'int() type error: cannot convert to int (at character 1)'],
    ['plan.units * 9223372036854775807 > 1', 'integer overflow: 64563604257983430649 (at character 1)'],
    ['plan["constr" + "uctor"] == plan.units', 'there is no field constructor (at character 1)'],
  ])('%s cannot be evaluated, and says why', (when, why) => {
    expect(answer(when)).toBe(why);
  });
});
