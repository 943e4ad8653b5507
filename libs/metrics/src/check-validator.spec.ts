import { describe, expect, it } from '@jest/globals';
import { Validator } from '#domain';
import { validatorProblems } from './check-validator.js';

const problems = (check: object) => validatorProblems(Validator.parse({ name: 'it', ...check }));

describe('a validator', () => {
  it.each([
    [{ metric: { events: 'a{code=~"5.."}', exposure: 'a' } }],
    [{ latency: { histogram: 'seconds{path="/"}' } }],
    [{ log: { source: 'orders.log', pattern: 'order (placed|paid)', min: 1 } }],
    [{ file: { path: '/build-info.json', sha256: '0'.repeat(64) } }],
    [{ confirm: {} }],
  ])('is fine: %j', (check) => {
    expect(problems(check)).toEqual([]);
  });

  it.each([
    [{ metric: { events: 'a{', exposure: 'rate(a[5m])' } }, ['metric.events', 'metric.exposure']],
    [{ latency: { histogram: '0' } }, ['latency.histogram']],
    [{ log: { source: 'orders.log', pattern: '(?=x)', min: 1 } }, ['log.pattern']],
  ])('has problems: %j', (check, paths) => {
    expect(problems(check).map(({ path }) => path)).toEqual(paths);
  });
});
