import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Judgement, LogCheck } from '#domain';
import { missingUnits, NONE_MISSING } from '../counters/missing.js';
import type { LogTally } from '../log/fold-log.js';
import type { JudgeContext } from './judge-counts.js';
import { judgeLog } from './judge-log.js';

const check = (limits: object): LogCheck =>
  LogCheck.parse({ source: 'orders.log', pattern: 'order placed', ...limits });
const at = (second: number): string => new Date(Date.UTC(2026, 0, 5, 10, 0, second)).toISOString();
const round = (since: number, until: number, matches: number, more: Partial<LogTally> = {}): LogTally => ({
  since: at(since),
  at: at(until),
  matches,
  missing: NONE_MISSING,
  behind: 0,
  ...more,
});
/** Rounds of ten seconds that found so many lines each, after the one that only found the end of the log. */
const rounds = (...matches: number[]): LogTally[] => [
  round(0, 0, 0),
  ...matches.map((found, i) => round(10 * i, 10 * (i + 1), found)),
];
const context = (elapsed: number, interval = 60): JudgeContext => ({
  subject: 'checkout 2.4.0 on eu-1',
  elapsedMs: elapsed * 1_000,
  intervalMs: interval * 1_000,
});
const judge = (limits: object, tallies: readonly LogTally[], interval = 60): Judgement =>
  judgeLog(check(limits), tallies, context(10_000, interval));

describe('a log that has to hold enough', () => {
  it.each([
    ['just enough', { min: 10 }, rounds(0, 5, 0, 0, 5, 0), 60, 'passed'],
    ['one too few', { min: 10 }, rounds(0, 4, 0, 0, 5, 0), 60, 'failed'],
    ['enough for the whole time', { min: 10 }, rounds(5, 5, 5, 5, 0, 0, 0, 0, 0), 90, 'passed'],
    ['too few for the whole time', { min: 10 }, rounds(5, 5, 4, 0, 0, 0, 0, 0, 0), 90, 'failed'],
    ['enough for part of a window', { min: 10 }, rounds(2, 2, 1), 30, 'passed'],
    ['too few for part of a window', { min: 10 }, rounds(2, 2, 0), 30, 'undecided'],
    ['at least one line, however short the time', { min: 1 }, rounds(0), 10, 'undecided'],
    ['at least one line, however short the time, and there is one', { min: 1 }, rounds(1), 10, 'passed'],
    ['nothing asked for', { min: 0 }, rounds(0, 0, 0, 0, 0, 0), 60, 'passed'],
  ] as const)('%s: %s', (_, limits, tallies, interval, verdict) => {
    expect(judge(limits, tallies, interval).verdict).toBe(verdict);
  });

  it('is told in a sentence with figures', () => {
    expect(judge({ min: 10 }, rounds(0, 4, 0, 0, 5, 0)).sentence).toBe(
      'checkout 2.4.0 on eu-1 wrote 9 lines that match order placed to orders.log in 1m; at least 10 per 1m are needed',
    );
  });

  it('does not count the time in which nobody read against it', () => {
    const restarted = [...rounds(5, 5, 5), round(500, 500, 0), round(500, 530, 15)];
    expect(judge({ min: 30 }, restarted, 60).verdict).toBe('passed');
  });
});

describe('a log that must not hold too much', () => {
  it.each([
    ['as much as it may', { max: 5 }, rounds(0, 5, 0, 0, 0, 0), 'passed'],
    ['more within a window', { max: 5 }, rounds(0, 3, 0, 3, 0, 0), 'failed'],
    ['more, but not within a window', { max: 5, per: '30s' }, rounds(0, 3, 0, 0, 3, 0), 'passed'],
    ['none at all', { max: 0 }, rounds(0, 0, 0, 0, 0, 0), 'passed'],
    ['one where none may be', { max: 0 }, rounds(0, 1), 'failed'],
    ['a long round that must have had a full window', { max: 5 }, [round(0, 0, 0), round(0, 120, 11)], 'failed'],
    ['a long round that need not have had one', { max: 5 }, [round(0, 0, 0), round(0, 120, 10)], 'passed'],
    ['a log that was read late', { max: 5 }, [...rounds(5, 0, 0, 0), round(10, 90, 5)], 'passed'],
  ] as const)('%s: %s', (_, limits, tallies, verdict) => {
    expect(judge(limits, tallies).verdict).toBe(verdict);
  });

  it('fails at once', () => {
    const judgement = judgeLog(check({ max: 5 }), rounds(9), context(10));
    expect(judgement.verdict).toBe('failed');
    expect(judgement.sentence).toContain('9 of them within 1m; at most 5 are allowed');
  });
});

describe('a log', () => {
  const missing = missingUnits([{ unit: 'eu-1-a', why: 'answers /logs/orders.log with 404' }]);

  it('cannot be judged while it cannot be read', () => {
    const judgement = judge({ min: 1 }, [...rounds(5, 5, 5, 5, 5, 5), round(60, 70, 0, { missing })]);
    expect(judgement.verdict).toBe('unavailable');
    expect(judgement.sentence).toContain('eu-1-a answers /logs/orders.log with 404');
  });

  it('cannot be judged by old figures', () => {
    const old = { ...context(10_000), latestAgeMs: 100_000 };
    expect(judgeLog(check({ max: 5 }), rounds(0, 0, 0, 0, 0, 0), old).verdict).toBe('unavailable');
  });

  it('is not judged before its end was read', () => {
    const tallies = [...rounds(0, 0, 0, 0, 0), round(50, 60, 0, { behind: 1 })];
    expect(judge({ min: 10 }, tallies).verdict).toBe('undecided');
  });

  it.each([[[]], [[round(0, 0, 0)]], [rounds(5, 5)]])(
    'does not pass before it was watched for the interval: %#',
    (tallies) => {
      expect(judge({ min: 1 }, tallies).verdict).toBe('undecided');
      expect(judge({ max: 100 }, tallies).verdict).toBe('undecided');
    },
  );

  it('never passes by more lines than are allowed, and never fails for more than are needed', () => {
    const found = fc.array(fc.nat(10), { minLength: 6, maxLength: 12 });
    fc.assert(
      fc.property(found, fc.nat(11), fc.nat(20), fc.nat(20), (matches, where, more, limit) => {
        const richer = matches.map((count, i) => (i === where % matches.length ? count + more : count));
        const verdicts = (limits: object) => [
          judge(limits, rounds(...matches)).verdict,
          judge(limits, rounds(...richer)).verdict,
        ];
        const [atMost, richerAtMost] = verdicts({ max: limit });
        const [atLeast, richerAtLeast] = verdicts({ min: limit });
        if (atMost === 'failed') expect(richerAtMost).toBe('failed');
        if (atLeast === 'passed') expect(richerAtLeast).toBe('passed');
      }),
    );
  });
});
