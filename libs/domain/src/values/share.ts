import { z } from 'zod';
import { mustBe } from './expectation.js';

const A_SHARE = 'a share such as 10%';

/** A share of a whole: `1%`, `0.5%`, `100%`. More than zero, at most one hundred, at most four decimals. */
export const Share = z
  .string({ error: mustBe(A_SHARE) })
  .regex(/^\d{1,3}(\.\d{1,4})?%$/, { error: `must be ${A_SHARE}`, abort: true })
  .refine((text) => toMillionths(text) > 0 && toMillionths(text) <= WHOLE, {
    error: 'must be over 0% and at most 100%',
    abort: true,
  });
export type Share = z.infer<typeof Share>;

/** The whole, in millionths. */
export const WHOLE = 1_000_000;

/** `25%` is 250,000. Four decimals of a percent are whole millionths, so sums and products of shares stay exact. */
export function toMillionths(share: string): number {
  return Math.round(Number(share.slice(0, -1)) * 10_000);
}

/** `25%` is 0.25. */
export function toFraction(share: string): number {
  return toMillionths(share) / WHOLE;
}
