import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyPatch } from 'rfc6902';
import { ReleaseSpec } from '../../documents/release.js';
import { operationsBetween } from './operations.js';
import { pointer } from './pointer.js';

const WRITTEN = {
  service: 'checkout',
  version: '2.4.0',
  topology: 'production',
  rollout: [{ clusters: ['a'], batches: ['100%'] }],
  reason: 'a test',
};
type Fields = Readonly<Record<string, unknown>>;
const parsed = (more: Fields): ReleaseSpec => ReleaseSpec.parse({ ...WRITTEN, ...more });

/** From one release to another, as `op path`; the value speaks for itself. */
function between(before: Fields, after: Fields): string[] {
  return operationsBetween(parsed(before), parsed(after)).map(({ op, path }) => `${op} ${path}`);
}

/** What the written form of one release becomes. */
function applied(before: Fields, after: Fields): ReleaseSpec {
  const document = JSON.parse(JSON.stringify({ spec: { ...WRITTEN, ...before } }));
  const operations = operationsBetween(parsed(before), parsed(after)).map(({ op, path, value }) =>
    op === 'remove' ? { op, path } : { op, path, value },
  );
  const errors = applyPatch(document, operations).filter((error) => error !== null);
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join(', '));
  return ReleaseSpec.parse(document.spec);
}

describe('the changes that make one release into another', () => {
  it('are none between releases that say the same', () => {
    expect(between({}, { interval: { default: '10m' }, validate: [], risk: 'standard' })).toEqual([]);
  });

  it.each<[string, Fields, Fields, string[]]>([
    [
      'a member of a group that was written',
      { interval: { first: '5m' } },
      { interval: { first: '5m', default: '20m' } },
      ['add /spec/interval/default'],
    ],
    ['a whole group that may be absent', {}, { interval: { default: '20m' } }, ['add /spec/interval']],
    [
      'a member that goes',
      { interval: { first: '5m', batches: { 'a.1': '1m', 'a.2': '1m' } } },
      { interval: { batches: { 'a.2': '1m' } } },
      ['remove /spec/interval/first', 'remove /spec/interval/batches/a.1'],
    ],
    [
      'an entry at the end of a list that was written',
      { validate: [{ name: 'a', confirm: {} }] },
      {
        validate: [
          { name: 'a', confirm: {} },
          { name: 'b', confirm: {} },
        ],
      },
      ['add /spec/validate/-'],
    ],
    ['a list that may be absent', {}, { validate: [{ name: 'a', confirm: {} }] }, ['add /spec/validate']],
    [
      'members of an entry: to add an entry would move the others',
      { validate: [{ name: 'a', confirm: {} }] },
      { validate: [{ name: 'b', confirm: {} }] },
      ['add /spec/validate/0/name'],
    ],
    ['a group that comes', {}, { staging: { environment: 'stage' } }, ['add /spec/staging']],
    [
      'the traffic of staging as a whole, when all of it may be absent',
      { staging: { environment: 'stage' } },
      { staging: { environment: 'stage', traffic: { production: '2%' } } },
      ['add /spec/staging/traffic'],
    ],
  ])('set %s', (_, before, after, operations) => {
    expect(between(before, after)).toEqual(operations);
    expect(applied(before, after)).toEqual(parsed(after));
  });

  const durations = fc.constantFrom('0s', '5m', '10m', '20m');
  const optional = <T>(field: fc.Arbitrary<T>) => fc.option(field, { nil: undefined });
  const adaptive = fc.constantFrom({ min: '1m', max: '10m' }, { min: '1m', max: '1h', after: 3 });
  const releases = fc.record({
    interval: optional(
      fc.record({
        first: optional(durations),
        default: optional(durations),
        batches: optional(fc.dictionary(fc.constantFrom('a.1', 'a/b.1', 'a~b.1', '~1'), durations)),
        adaptive: optional(adaptive),
      }),
    ),
    rollout: fc.constantFrom(
      WRITTEN.rollout,
      [{ clusters: ['a'], batches: [1, '100%'], order: 'parallel', maxParallel: 2 }],
      [{ clusters: ['a'], batches: ['100%'], order: 'parallel' }],
    ),
    staging: optional(
      fc.record({
        environment: fc.constantFrom('one', 'two'),
        traffic: optional(
          fc.record({
            production: optional(fc.constantFrom('1%', '2%')),
            mode: optional(fc.constantFrom('split', 'mirror')),
          }),
        ),
      }),
    ),
    validate: optional(fc.constantFrom([], [{ name: 'a', confirm: {} }])),
  });

  it('lead there from any form in which the release may have been written', () => {
    fc.assert(
      fc.property(releases, releases, (before, after) => {
        fc.pre((before.validate?.length ?? 0) <= (after.validate?.length ?? 0));
        expect(applied(before, after)).toEqual(parsed(after));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a JSON pointer', () => {
  it('escapes what stands for something in it, the escape first', () => {
    expect(pointer(['spec', 'interval', 'batches', 'eu-1.1'])).toBe('/spec/interval/batches/eu-1.1');
    expect(pointer(['a/b', 'm~n', '~1', 0])).toBe('/a~1b/m~0n/~01/0');
  });
});
