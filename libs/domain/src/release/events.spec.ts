import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fitText, RELEASE_EVENTS, readReleaseEvent } from './events.js';

/** Every version of every event that was ever written, as it was written. Never change one; add the next version. */
const GOLDEN: Record<string, unknown> = JSON.parse(
  readFileSync(new URL('./golden/release-events.v1.json', import.meta.url), 'utf8'),
);
const context = {
  at: '2026-01-05T08:00:00.000Z',
  revision: 7,
  meta: { commandId: 'c', actor: { kind: 'person', id: 'ada' } },
};

describe('the registry of events', () => {
  it.each(Object.entries(GOLDEN))('reads %s as it was written', (type, data) => {
    expect(readReleaseEvent({ type, data, ...context })).toEqual({ type, data, ...context });
  });

  it('has a golden of every event', () => {
    expect(Object.keys(GOLDEN)).toEqual(Object.keys(RELEASE_EVENTS));
  });

  it('reads nothing from a type that it does not know', () => {
    expect(readReleaseEvent({ type: 'ReleaseApplauded.v1', data: {}, ...context })).toBeNull();
    expect(readReleaseEvent({ type: 'toString', data: {}, ...context })).toBeNull();
  });

  it('objects to data that is not what its type says', () => {
    expect(() => readReleaseEvent({ type: 'WaveOpened.v1', data: { wave: 'first' }, ...context })).toThrow(/wave/);
  });

  it('drops fields that it does not know, so that they never get into a state', () => {
    const data = { wave: 1, batches: [], colour: 'green' };
    expect(readReleaseEvent({ type: 'WaveOpened.v1', data, ...context })?.data).toEqual({ wave: 1, batches: [] });
  });
});

describe('a text for an event', () => {
  it('stays as it is when it fits', () => {
    expect(fitText('a'.repeat(4_000))).toBe('a'.repeat(4_000));
  });

  it('is cut when it is too long, and says so', () => {
    expect(fitText('a'.repeat(4_001))).toBe(`${'a'.repeat(3_999)}…`);
  });

  it('is never cut in the middle of a character', () => {
    const cut = fitText(`${'a'.repeat(3_998)}🚦 and so on`);
    expect(cut).toBe(`${'a'.repeat(3_998)}…`);
    expect(cut).not.toMatch(/\p{Surrogate}/u);
  });
});
