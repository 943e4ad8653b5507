import { describe, expect, it } from '@jest/globals';
import { type Judgement, LatencyCheck } from '#domain';
import { missingUnits, NONE_MISSING } from '../counters/missing.js';
import type { Tally, Totals } from '../counters/reading.js';
import { judgeLatency, type LatencyContext, latencyBaselineOf } from './judge-latency.js';

const check = LatencyCheck.parse({ histogram: 'seconds' });
const over: LatencyContext = { subject: 'checkout 2.4.0 on eu-1', elapsedMs: 600_000, intervalMs: 600_000 };
const tally = (changed: Totals, control: Totals, missing: readonly string[] = []): Tally => ({
  at: '2026-01-05T10:00:00.000Z',
  changed,
  control,
  missing: { changed: missingUnits(missing.map((unit) => ({ unit, why: 'hangs' }))), control: NONE_MISSING },
});
const buckets = (fast: number, middle: number, slow: number, rest: number): Totals => ({
  '0.05': fast,
  '0.25': fast + middle,
  '1': fast + middle + slow,
  '+Inf': fast + middle + slow + rest,
});
const control = buckets(6_000, 3_600, 300, 100);
const judge = (changed: Totals, unchanged = control, context: Partial<LatencyContext> = {}): Judgement =>
  judgeLatency(check, [tally(changed, unchanged)], { ...over, ...context });

describe('the latency of changed units', () => {
  it.each([
    ['as fast as the control', buckets(600, 360, 30, 10), 'passed'],
    ['faster', buckets(900, 95, 5, 0), 'passed'],
    ['slower in the middle', buckets(300, 660, 30, 10), 'failed'],
    ['slower at the end', buckets(600, 200, 190, 10), 'failed'],
    ['seen too seldom', buckets(30, 15, 1, 0), 'undecided'],
  ])('%s: %j is %s', (_, changed, verdict) => {
    expect(judge(changed).verdict).toBe(verdict);
  });

  it('is told in a sentence with the edge that was counted at', () => {
    expect(judge(buckets(600, 200, 190, 10)).sentence).toBe(
      'checkout 2.4.0 on eu-1 answers 20 % slower than 0.25 s, 5 times as often as its control: 200 of 1,000 against 400 of 10,000',
    );
  });

  it('is counted at the highest edge when the control itself is slower than all of them', () => {
    const judgement = judge({ '0.05': 100, '+Inf': 1_000 }, { '0.05': 1_000, '+Inf': 10_000 });
    expect(judgement).toMatchObject({ verdict: 'passed', evidence: { edge: '0.05' } });
  });

  it('is counted at an edge that both sides have', () => {
    const { '0.25': _, ...others } = buckets(600, 360, 30, 10);
    expect(judge(others)).toMatchObject({ verdict: 'passed' });
    expect(judge({ '0.3': 900, '+Inf': 1_000 })).toMatchObject({ verdict: 'unavailable' });
  });

  it('is compared with the baseline when there is no control any more', () => {
    const baseline = latencyBaselineOf([tally({}, control)]);
    expect(judge(buckets(600, 360, 30, 10), {}, { baseline }).verdict).toBe('passed');
    expect(judge(buckets(600, 200, 190, 10), {}, { baseline }).verdict).toBe('failed');
  });

  it('cannot be decided without anything to compare with', () => {
    expect(judge(buckets(600, 360, 30, 10), {}).verdict).toBe('undecided');
    expect(judgeLatency(check, [], over).verdict).toBe('undecided');
    expect(judge({}).verdict).toBe('undecided');
  });

  it('cannot be judged while a changed unit is missing', () => {
    const tallies = [tally(buckets(600, 360, 30, 10), control), tally({}, {}, ['eu-1-a'])];
    expect(judgeLatency(check, tallies, over)).toMatchObject({
      verdict: 'unavailable',
      sentence: 'checkout 2.4.0 on eu-1 cannot be judged: eu-1-a hangs',
    });
    expect(judgeLatency(check, [tally({}, {}, ['eu-1-a'])], over).verdict).toBe('unavailable');
  });

  it('does not pass before its interval is over, and fails at once', () => {
    expect(judge(buckets(600, 360, 30, 10), control, { elapsedMs: 1 }).verdict).toBe('undecided');
    expect(judge(buckets(600, 200, 190, 10), control, { elapsedMs: 1 }).verdict).toBe('failed');
  });
});
