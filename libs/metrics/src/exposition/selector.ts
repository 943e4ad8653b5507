import { readPattern } from '../regex/pattern.js';
import { type LabelPart, type LabelValues, matchAt, readLabels, skipBlanks } from './labels.js';

/** Picks series: `http_requests_total{code=~"5..",path!="/healthz"}`. */
export interface Selector {
  /** As it was written. */
  readonly text: string;
  readonly name: string;
  /** Whether the labels are the wanted ones. A label that is not there is empty. */
  picks(labels: LabelValues): boolean;
}

/** A selector, or what is wrong with its text. */
export type SelectorResult =
  | { readonly ok: true; readonly selector: Selector }
  | { readonly ok: false; readonly why: string };

const SERIES_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const OPERATOR = /=~|!~|!=|=/y;
const LONGEST_PATTERN = 200;

type Matcher = (labels: LabelValues) => boolean;

/** Reads a selector with `=`, `!=`, `=~` and `!~`. Patterns match whole values, and run in linear time. */
export function readSelector(text: string): SelectorResult {
  const from = skipBlanks(text, 0);
  const name = matchAt(SERIES_NAME, text, from);
  if (name === null) return wrong(text, 'it does not start with the name of a series');
  const brace = skipBlanks(text, from + name.length);
  const list = text[brace] === '{' ? readLabels(text, brace, OPERATOR) : { parts: [], end: brace };
  if (!list) return wrong(text, 'its labels are not of the form {label="value",other=~"pattern"}');
  if (skipBlanks(text, list.end) !== text.length) return wrong(text, 'something stands behind its end');
  const matchers: Matcher[] = [];
  for (const part of list.parts) {
    const matcher = matcherOf(part);
    if (typeof matcher === 'string') return wrong(text, `at ${part.label}, ${matcher}`);
    matchers.push(matcher);
  }
  const picks = (labels: LabelValues): boolean => matchers.every((matches) => matches(labels));
  return { ok: true, selector: { text, name, picks } };
}

function wrong(text: string, why: string): SelectorResult {
  return { ok: false, why: `${text} is not a selector: ${why}` };
}

/** The test for one label, or why there is none. */
function matcherOf({ label, operator, value }: LabelPart): Matcher | string {
  const valueIn = (labels: LabelValues): string => labels.get(label) ?? '';
  if (operator === '=') return (labels) => valueIn(labels) === value;
  if (operator === '!=') return (labels) => valueIn(labels) !== value;
  const read = readPattern(value, { whole: true, longest: LONGEST_PATTERN });
  if (!read.ok) return read.why;
  const wanted = operator === '=~';
  return (labels) => read.pattern.test(valueIn(labels)) === wanted;
}
