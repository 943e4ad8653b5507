import { z } from 'zod';
import { mustBe } from './expectation.js';

/** One optional number per mark, the largest first. */
const FORM = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const MARKS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;
const LONGEST = 30 * 86_400_000;
const A_DURATION = 'a duration such as 90s, 20m or 1h30m';

/** A duration as people write it: `90s`, `20m`, `1h30m`, `2d`, `500ms`. Zero is `0s`. At most thirty days. */
export const Duration = z
  .string({ error: mustBe(A_DURATION) })
  .regex(FORM, { error: `must be ${A_DURATION}`, abort: true })
  .refine((text) => toMs(text) <= LONGEST, 'must be at most 30d');
export type Duration = z.infer<typeof Duration>;

/** A {@link Duration} that is not zero: a time limit of no time is a mistake. */
export const PositiveDuration = Duration.refine((text) => toMs(text) > 0, 'must be longer than 0s');

/** Milliseconds of a duration that was parsed by {@link Duration}. `NaN` for any other text. */
export function toMs(duration: string): number {
  const match = FORM.exec(duration);
  if (!match) return Number.NaN;
  return MARKS.reduce((sum, [, length], i) => sum + length * Number(match[i + 1] ?? 0), 0);
}

/** The shortest way to write so many milliseconds: 5,400,000 is `1h30m`, 0 is `0s`. Hours are the largest mark. */
export function formatDuration(ms: number): Duration {
  let rest = Math.round(ms);
  let text = '';
  for (const [mark, length] of MARKS.slice(1)) {
    const count = Math.floor(rest / length);
    if (count > 0) text += `${count}${mark}`;
    rest -= count * length;
  }
  return text || '0s';
}
