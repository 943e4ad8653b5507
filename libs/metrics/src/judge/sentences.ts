import type { Judgement } from '#domain';

/** `8.1 %`; small shares keep two digits that say something: `0.023 %`. */
export function percent(share: number): string {
  return `${digits(share * 100)} %`;
}

/** `3.1 times`. */
export function times(ratio: number): string {
  return `${digits(ratio)} times`;
}

/** `17,020`. */
export function count(value: number): string {
  return Math.floor(value).toLocaleString('en-US');
}

/** Two significant digits, or whole numbers from ten on. */
function digits(value: number): string {
  if (value === 0) return '0';
  return value >= 10 ? count(Math.round(value)) : String(Number(value.toPrecision(2)));
}

/** The judgement of somebody who was told to stop looking. */
export function cancelled(subject: string): Judgement {
  return { verdict: 'cancelled', sentence: `${subject} was not judged: the check was cancelled`, evidence: {} };
}

/** The judgement of what cannot be looked at, such as a selector that cannot be read. */
export function unavailable(subject: string, why: string): Judgement {
  return { verdict: 'unavailable', sentence: `${subject} cannot be judged: ${why}`, evidence: { why } };
}
