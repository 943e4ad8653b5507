import { describe, expect, it } from '@jest/globals';
import { countEntries } from './count-entries.js';
import { judgeTrafficShare } from './judge-share.js';

const ASKED = { internal: '100%', production: '1%' };
const NO_INTERNAL = { staging: 0, production: 0 };

function judged(staging: number, production: number, internal = NO_INTERNAL) {
  return judgeTrafficShare(ASKED, { internal, production: { staging, production } });
}

describe('the share of the traffic', () => {
  it('is not judged before production traffic was seen', () => {
    expect(judged(0, 0, { staging: 100, production: 0 }).verdict).toBe('undecided');
  });

  it.each([
    ['exactly what was asked for', 100, 9_900],
    ['a little more, as users are uneven', 180, 9_820],
    ['a little less', 60, 9_940],
    ['a lucky one of few', 2, 30],
  ])('is right: %s', (_, staging, production) => {
    expect(judged(staging, production).verdict).toBe('passed');
  });

  it('has failed when clearly more users are exposed than were allowed', () => {
    const judgement = judged(500, 9_500);
    expect(judgement).toMatchObject({ verdict: 'failed', evidence: { production: { staging: 500 } } });
    expect(judgement.sentence).toBe('too much: staging took 5.00% of 10,000 production requests, 1% was asked for');
  });

  it.each([
    ['none of many', 0, 10_000],
    ['none of few', 0, 10],
    ['clearly less', 10, 9_990],
  ])('is waited for: %s', (_, staging, production) => {
    expect(judged(staging, production).verdict).toBe('undecided');
  });

  it('wants all internal traffic in staging, but for a moment in which no unit was ready', () => {
    expect(judged(100, 9_900, { staging: 999, production: 1 }).verdict).toBe('passed');
    expect(judged(100, 9_900, { staging: 950, production: 50 }).verdict).toBe('undecided');
  });

  it('of a mirror is that of the copies among the originals', () => {
    const asked = { ...ASKED, mode: 'mirror' } as const;
    const seen = { internal: { staging: 100, production: 100 }, production: { staging: 100, production: 10_000 } };
    expect(judgeTrafficShare(asked, seen)).toMatchObject({
      verdict: 'passed',
      sentence: expect.stringContaining('staging took 1.00% of 10,000 production requests'),
    });
    expect(judgeTrafficShare(asked, { ...seen, internal: { staging: 50, production: 100 } }).verdict).toBe('undecided');
  });

  it('of everything is everything', () => {
    const all = { internal: '100%', production: '100%' };
    const seen = { internal: NO_INTERNAL, production: { staging: 5_000, production: 0 } };
    expect(judgeTrafficShare(all, seen).verdict).toBe('passed');
  });
});

describe('counting the calls of clients', () => {
  it('tells sides by the units, and leaves out calls between services and those that nobody took', () => {
    const call = { at: 0, source: '10.0.0.1', service: 'web', method: 'GET', path: '/', status: 200, internal: false };
    const services = [{ units: [{ address: '10.9.0.1:80' }] }] as never;
    const calls = [
      { ...call, entry: true, destination: '10.9.0.1:80' },
      { ...call, entry: true, destination: '10.1.0.1:80' },
      { ...call, entry: true, internal: true, destination: '10.9.0.1:80' },
      { ...call, entry: true, destination: '-' },
      { ...call, entry: false, destination: '10.9.0.1:80' },
    ];
    expect(countEntries(calls, { services })).toEqual({
      internal: { staging: 1, production: 0 },
      production: { staging: 1, production: 1 },
    });
  });
});
