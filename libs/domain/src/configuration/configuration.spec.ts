import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideRegistration, type RegisterConfiguration } from './configuration.js';
import { CONFIGURATION_EVENTS, type ConfigurationEvent } from './events.js';
import { evolveConfiguration } from './evolve-configuration.js';
import { type ConfigurationState, NO_CONFIGURATION } from './state.js';

function order(text: string, registration = 'r1'): RegisterConfiguration {
  return {
    kind: 'Topology',
    name: 'production',
    text,
    digest: `digest of ${text.length} ${text.slice(0, 10)}`,
    registration,
  };
}

/** The state after these events, written by one person from a revision on. */
function folded(events: readonly ConfigurationEvent[], from: ConfigurationState = NO_CONFIGURATION, revision = 0) {
  return events.reduce(
    (state, event, index) =>
      evolveConfiguration(state, {
        ...event,
        revision: revision + index,
        at: '2026-01-05T08:00:00.000Z',
        meta: { actor: { id: 'ada' }, commandId: 'r1' },
      }),
    from,
  );
}

const LONG = '0123456789'.repeat(7_000);

describe('registering a document', () => {
  it('keeps it with who did it and when; its revision is that of the last event', () => {
    expect(folded(decideRegistration(order('{"a":1}'), NO_CONFIGURATION)).current).toEqual({
      kind: 'Topology',
      name: 'production',
      revision: 1,
      digest: order('{"a":1}').digest,
      text: '{"a":1}',
      by: 'ada',
      at: '2026-01-05T08:00:00.000Z',
    });
  });

  it('cuts a long one into parts that fit into events', () => {
    const events = decideRegistration(order(LONG), NO_CONFIGURATION);
    expect(events.map(({ type }) => type)).toEqual([
      'ConfigurationPartRecorded.v1',
      'ConfigurationPartRecorded.v1',
      'ConfigurationPartRecorded.v1',
      'ConfigurationRegistered.v1',
    ]);
    expect(folded(events).current).toMatchObject({ text: LONG, revision: 3 });
  });

  it('gives back any text, and never cuts a character in half', () => {
    const texts = fc.tuple(fc.nat({ max: 3 }), fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat({ max: 3 }));
    fc.assert(
      fc.property(texts, ([before, middle, shift]) => {
        const text = 'x'.repeat(29_998 + shift) + middle + '🚦'.repeat(15_000 * before) + middle;
        const events = decideRegistration(order(text), NO_CONFIGURATION);
        expect(folded(events).current?.text).toBe(text);
        for (const { type, data } of events) {
          if (type === 'ConfigurationPartRecorded.v1') expect(data.text).not.toMatch(/\p{Surrogate}/u);
          expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(200 * 1024);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('does nothing when the newest version is just this one', () => {
    const registered = folded(decideRegistration(order('{"a":1}'), NO_CONFIGURATION));
    expect(decideRegistration(order('{"a":1}', 'r2'), registered)).toEqual([]);
    expect(decideRegistration(order('{"a":2}', 'r2'), registered)).toHaveLength(2);
  });

  it('again as it was before is a new version', () => {
    const first = folded(decideRegistration(order('{"a":1}'), NO_CONFIGURATION));
    const second = folded(decideRegistration(order('{"a":2}', 'r2'), first), first, 2);
    const third = folded(decideRegistration(order('{"a":1}', 'r3'), second), second, 4);
    expect(third.current).toMatchObject({ text: '{"a":1}', revision: 5 });
  });
});

describe('a registration that was cut off', () => {
  const events = decideRegistration(order(LONG), NO_CONFIGURATION);
  const old = folded(decideRegistration(order('{"a":1}', 'r0'), NO_CONFIGURATION));

  it('changes nothing that anybody sees', () => {
    for (const length of [1, 2, 3]) expect(folded(events.slice(0, length), old).current).toEqual(old.current);
  });

  it('is begun anew, and then complete', () => {
    expect(folded([...events.slice(0, 2), ...events], old).current).toMatchObject({ text: LONG });
  });

  it('does not get mixed up with another one', () => {
    const other = decideRegistration(order('{"b":2}', 'r2'), old);
    expect(folded([...events.slice(0, 2), ...other], old).current).toMatchObject({ text: '{"b":2}' });
    expect(folded([...events.slice(0, 2), ...other, ...events.slice(2)], old).current).toMatchObject({
      text: '{"b":2}',
    });
  });

  it.each([
    ['is missing', [0, 2, 3]],
    ['came twice', [0, 1, 1, 3]],
    ['came too early', [0, 2, 1, 3]],
    ['came alone', [3]],
  ])('is not taken for complete when a part %s', (_, order) => {
    const picked = order.flatMap((index) => events[index] ?? []);
    expect(folded(picked, old)).toEqual({ ...old, pending: null });
  });
});

describe('the events of configurations', () => {
  /** As they were written in their first version. Never change one; add the next version. */
  const GOLDEN: Record<string, object> = {
    'ConfigurationPartRecorded.v1': { registration: 'r1', part: 1, text: '{"apiVersion":"sluice/v1"}' },
    'ConfigurationRegistered.v1': { kind: 'Policy', name: 'default', registration: 'r1', parts: 1, digest: 'd1' },
    'ConfigurationProposed.v1': {
      kind: 'Policy',
      name: 'default',
      registration: 'r2',
      parts: 1,
      digest: 'd2',
      base: -1,
      level: 'director',
      looser: [
        { path: 'spec.total.high', from: '60m', to: '30m', words: 'the least time in all at high risk is 30m' },
        { path: 'spec.budgets.cluster', from: '2', to: null, words: 'any number of releases in one cluster' },
      ],
      unlisted: 0,
    },
    'ConfigurationApproved.v1': { kind: 'Policy', name: 'default', digest: 'd2', level: 'director' },
    'ConfigurationRejected.v1': { kind: 'Policy', name: 'default', digest: 'd2', level: null },
    'ConfigurationRefused.v1': {
      kind: 'Policy',
      name: 'default',
      command: 'approve',
      code: 'LEVEL_TOO_LOW',
      message: 'a looser policy needs an approver of level director; otto has owner',
    },
  };

  it('are read as they were written', () => {
    expect(Object.keys(GOLDEN)).toEqual(Object.keys(CONFIGURATION_EVENTS));
    for (const [type, schema] of Object.entries(CONFIGURATION_EVENTS))
      expect(schema.parse(GOLDEN[type])).toEqual(GOLDEN[type]);
  });

  it('of other types are passed over', () => {
    const event = {
      type: 'SomethingElse.v1',
      data: {},
      revision: 0,
      at: '',
      meta: { actor: { id: 'ada' }, commandId: 'c' },
    };
    expect(evolveConfiguration(NO_CONFIGURATION, event)).toBe(NO_CONFIGURATION);
  });
});
