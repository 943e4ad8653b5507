import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Judgement, MetricCheck, VERDICTS } from '#domain';
import { missingUnits, NONE_MISSING } from '../counters/missing.js';
import type { Tally } from '../counters/reading.js';
import type { Counts } from './compare.js';
import { baselineOf, judgeMetric, type MetricContext } from './judge-metric.js';

const check = (more: object = {}): MetricCheck =>
  MetricCheck.parse({ events: 'errors_total', exposure: 'requests_total', ...more });
const of = (events: number, exposure: number): Counts => ({ events, exposure });
const none = of(0, 0);
const noneMissing = { changed: NONE_MISSING, control: NONE_MISSING };
const tally = (changed: Counts, control: Counts, missing = noneMissing): Tally => ({
  at: '2026-01-05T10:00:00.000Z',
  changed: { ...changed },
  control: { ...control },
  missing,
});
const over: MetricContext = { subject: 'checkout 2.4.0 on eu-1', elapsedMs: 600_000, intervalMs: 600_000 };
const gone = { ...noneMissing, changed: missingUnits([{ unit: 'eu-1-a', why: 'refuses connections' }]) };

function judge(changed: Counts, control: Counts, more: object = {}, context: Partial<MetricContext> = {}): Judgement {
  return judgeMetric(check(more), [tally(changed, control)], { ...over, ...context });
}

describe('a metric of changed units', () => {
  it.each([
    ['as good as its control', of(3, 600), of(96, 17_020), {}, 'passed'],
    ['without any event', of(0, 600), of(0, 17_020), {}, 'passed'],
    ['three times as bad', of(41, 506), of(450, 17_020), {}, 'failed'],
    ['a little worse, as it may be', of(7, 600), of(96, 17_020), {}, 'passed'],
    ['one error against none', of(1, 100), of(0, 700), {}, 'passed'],
    ['five errors against none', of(5, 100), of(0, 700), {}, 'failed'],
    ['a little worse in large numbers', of(11_500, 1_000_000), of(10_000, 1_000_000), {}, 'passed'],
    ['too much worse in large numbers', of(13_500, 1_000_000), of(10_000, 1_000_000), {}, 'failed'],
    ['the same, with less tolerance', of(11_500, 1_000_000), of(10_000, 1_000_000), { tolerance: '1%' }, 'failed'],
    ['compared with a small control that had luck', of(30, 1_000), of(1, 60), {}, 'passed'],
    ['seen too seldom', of(0, 49), of(0, 700), {}, 'undecided'],
    ['seen just often enough', of(0, 50), of(0, 700), {}, 'passed'],
    ['seen seldom, but bad enough', of(10, 10), of(0, 700), {}, 'failed'],
    ['never seen', none, of(0, 700), {}, 'undecided'],
    ['with events but no exposure', of(10, 0), of(0, 700), { guard: '1%' }, 'undecided'],
    ['with nothing to compare with', of(0, 600), none, {}, 'undecided'],
    ['with too small a control', of(0, 600), of(0, 49), {}, 'undecided'],
    ['within its guard, without a control', of(6, 600), none, { guard: '2%' }, 'passed'],
    ['over its guard, without a control', of(60, 600), none, { guard: '2%' }, 'failed'],
    ['over its guard, as its control is', of(60, 600), of(1_700, 17_000), { guard: '2%' }, 'failed'],
    ['perhaps over its guard', of(15, 600), none, { guard: '2%' }, 'undecided'],
  ] as const)('%s: %j against %j with %j is %s', (_, changed, control, more, verdict) => {
    expect(judge(changed, control, more).verdict).toBe(verdict);
  });

  it('fails before its interval is over, and does not pass', () => {
    const soon = { elapsedMs: 1_000 };
    expect(judge(of(41, 506), of(96, 17_020), {}, soon).verdict).toBe('failed');
    expect(judge(of(3, 600), of(96, 17_020), {}, soon).verdict).toBe('undecided');
  });

  it('is compared with the baseline when there is no control any more', () => {
    const baseline = baselineOf([tally(none, of(90, 17_000)), tally(none, of(6, 20))]);
    expect(baseline).toEqual(of(96, 17_020));
    expect(judge(of(3, 600), none, {}, { baseline })).toMatchObject({
      verdict: 'passed',
      evidence: { reference: { source: 'baseline' } },
    });
    expect(judge(of(41, 506), none, {}, { baseline }).verdict).toBe('failed');
  });

  it('cannot be judged while a changed unit is missing in the latest round', () => {
    const tallies = [tally(of(3, 600), of(96, 17_020)), tally(none, none, gone)];
    const judgement = judgeMetric(check(), tallies, over);
    expect(judgement.verdict).toBe('unavailable');
    expect(judgement.sentence).toBe('checkout 2.4.0 on eu-1 cannot be judged: eu-1-a refuses connections');
  });

  it('can be judged when the unit is back, and when only a control unit is missing', () => {
    const controlGone = { changed: NONE_MISSING, control: gone.changed };
    const tallies = [tally(none, none, gone), tally(of(3, 600), of(96, 17_020), controlGone)];
    expect(judgeMetric(check(), tallies, over).verdict).toBe('passed');
  });

  it('has failed when it was bad enough before it went missing', () => {
    const tallies = [tally(of(41, 506), of(96, 17_020)), tally(none, none, gone)];
    expect(judgeMetric(check(), tallies, over).verdict).toBe('failed');
  });

  it('cannot be judged by old figures', () => {
    const judgement = judge(of(3, 600), of(96, 17_020), {}, { latestAgeMs: 61_000 });
    expect(judgement).toMatchObject({ verdict: 'unavailable', sentence: expect.stringContaining('61 s old') });
    expect(judge(of(3, 600), of(96, 17_020), {}, { latestAgeMs: 9_000, staleAfterMs: 8_000 }).verdict).toBe(
      'unavailable',
    );
  });

  it('is undecided before anything was read', () => {
    expect(judgeMetric(check({ guard: '2%' }), [], over).verdict).toBe('undecided');
  });
});

describe('the sentence about a metric', () => {
  it.each([
    [
      of(41, 506),
      of(450, 17_020),
      {},
      'answers 8.1 % with errors, 3.1 times as often as its control: 41 of 506 against 450 of 17,020',
    ],
    [of(5, 100), of(0, 700), {}, 'answers 5 % with errors: 5 of 100 against 0 of 700 of its control'],
    [of(60, 600), none, { guard: '2%' }, 'answers 10 % with errors, over its guard of 2 %: 60 of 600'],
    [of(6, 600), none, { guard: '2%' }, 'answers 1 % with errors, within its guard of 2 %: 6 of 600'],
    [of(0, 49), of(0, 700), {}, 'was seen 49 times, and at least 50 are needed'],
    [
      of(0, 600),
      none,
      {},
      'has nothing to compare with: no unchanged unit with enough requests, no baseline, no guard',
    ],
  ] as const)('%#: %j against %j', (changed, control, more, sentence) => {
    expect(judge(changed, control, more).sentence).toBe(`checkout 2.4.0 on eu-1 ${sentence}`);
  });

  it('calls events what the caller calls them', () => {
    expect(judge(of(3, 600), of(96, 17_020), {}, { manner: 'with a retry' }).sentence).toContain(
      'answers 0.5 % with a retry',
    );
  });
});

describe('whatever the figures, a metric', () => {
  const counts = fc
    .nat(5_000)
    .chain((exposure) => fc.record({ events: fc.nat(exposure), exposure: fc.constant(exposure) }));
  const rules = fc.record({
    guard: fc.constantFrom(undefined, '1%', '10%'),
    tolerance: fc.constantFrom('1%', '25%', '100%'),
    minimum: fc.integer({ min: 1, max: 200 }),
  });
  const optional = ({ guard, ...rest }: { guard?: string | undefined }): object => (guard ? { ...rest, guard } : rest);

  it('has one of the verdicts, a sentence and evidence that survives being stored', () => {
    fc.assert(
      fc.property(counts, counts, rules, (changed, control, rule) => {
        const judgement = judge(changed, control, optional(rule));
        expect(VERDICTS).toContain(judgement.verdict);
        expect(judgement.sentence).not.toMatch(/NaN|undefined|Infinity/);
        expect(JSON.parse(JSON.stringify(judgement.evidence))).toEqual(judgement.evidence);
      }),
    );
  });

  it('never gets better by more events', () => {
    const order = ['failed', 'undecided', 'passed'];
    fc.assert(
      fc.property(counts, counts, rules, fc.nat(50), (changed, control, rule, more) => {
        const before = judge(changed, control, optional(rule)).verdict;
        const after = judge({ ...changed, events: changed.events + more }, control, optional(rule)).verdict;
        expect(order.indexOf(after)).toBeLessThanOrEqual(order.indexOf(before));
      }),
    );
  });

  it('never passes without data, without time, or with a unit missing', () => {
    fc.assert(
      fc.property(counts, counts, rules, (changed, control, rule) => {
        const enough = check(optional(rule));
        const seen = [tally(changed, control)];
        const short = judge(
          { events: 0, exposure: Math.min(changed.exposure, enough.minimum - 1) },
          control,
          optional(rule),
        );
        const early = judgeMetric(enough, seen, { ...over, elapsedMs: over.intervalMs - 1 });
        const blind = judgeMetric(enough, [...seen, tally(none, none, gone)], over);
        expect([short.verdict, early.verdict, blind.verdict]).not.toContain('passed');
      }),
    );
  });

  it('is judged the same from all rounds as from their sum', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(counts, counts), { minLength: 1, maxLength: 10 }), (rounds) => {
        const sum = (side: 0 | 1): Counts => ({
          events: rounds.reduce((total, round) => total + round[side].events, 0),
          exposure: rounds.reduce((total, round) => total + round[side].exposure, 0),
        });
        const tallies = rounds.map(([changed, control]) => tally(changed, control));
        expect(judgeMetric(check(), tallies, over)).toEqual(judge(sum(0), sum(1)));
      }),
    );
  });
});

describe('a healthy release that is looked at again and again', () => {
  /** Numbers that look random and are the same each time (mulberry32). */
  function randomFrom(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    };
  }

  it('fails in at most 1 of 200 releases, without any tolerance and with 120 looks at each', () => {
    const random = randomFrom(7);
    const rule = check({ tolerance: '0.001%' });
    const events = (n: number): number => Array.from({ length: n }, random).filter((value) => value < 0.02).length;
    let failed = 0;
    for (let release = 0; release < 200; release += 1) {
      let changed = none;
      let control = none;
      for (let look = 0; look < 120; look += 1) {
        changed = of(changed.events + events(20), changed.exposure + 20);
        control = of(control.events + events(60), control.exposure + 60);
        if (judgeMetric(rule, [tally(changed, control)], over).verdict !== 'failed') continue;
        failed += 1;
        break;
      }
    }
    expect(failed).toBeLessThanOrEqual(1);
  }, 40_000);
});
