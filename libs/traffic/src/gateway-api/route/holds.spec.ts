import { describe, expect, it } from '@jest/globals';
import { holds } from './holds.js';

describe('a thing holds an intent', () => {
  const intent = { rules: [{ weight: 1, filters: ['a', 'b'] }], name: 'web' };

  it.each([
    ['it is the same', intent],
    ['it has more fields', { ...intent, kind: 'Service', rules: [{ ...intent.rules[0], port: 80 }] }],
  ])('when %s', (_, live) => {
    expect(holds(live, intent)).toBe(true);
  });

  it.each([
    ['a value differs', { ...intent, name: 'other' }],
    ['a value is of another kind', { ...intent, rules: [{ weight: '1', filters: ['a', 'b'] }] }],
    ['a field is missing', { name: 'web' }],
    ['a list is longer', { ...intent, rules: [...intent.rules, {}] }],
    ['a list is shorter', { ...intent, rules: [] }],
    ['a list is in another order', { ...intent, rules: [{ weight: 1, filters: ['b', 'a'] }] }],
    ['a list is no list', { ...intent, rules: { 0: intent.rules[0] } }],
    ['it is nothing', null],
  ])('not when %s', (_, live) => {
    expect(holds(live, intent)).toBe(false);
  });

  it('not by what every object inherits', () => {
    expect(holds({}, { toString: Object.prototype.toString })).toBe(false);
  });
});
