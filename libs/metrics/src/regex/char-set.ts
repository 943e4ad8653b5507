/** Characters (UTF-16 code units) as sorted ranges that do not touch. */
export type CharSet = readonly (readonly [number, number])[];

const LAST = 0xffff;

/** Sorts and joins ranges; with `negated`, everything that is in none of them. */
export function normalize(ranges: CharSet, negated = false): CharSet {
  const joined: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const previous = joined.at(-1);
    if (previous && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else joined.push([first, last]);
  }
  return negated ? complement(joined) : joined;
}

function complement(ranges: CharSet): CharSet {
  const rest: [number, number][] = [];
  let from = 0;
  for (const [first, last] of ranges) {
    if (first > from) rest.push([from, first - 1]);
    from = last + 1;
  }
  if (from <= LAST) rest.push([from, LAST]);
  return rest;
}

/** A single character as a set; a set as it is. */
export function classOf(part: CharSet | string): CharSet {
  return typeof part === 'string' ? [[part.charCodeAt(0), part.charCodeAt(0)]] : part;
}

/** Whether a character is in a set. Sets are short, so that looking at each range is quick. */
export function includes(set: CharSet, code: number): boolean {
  for (const [first, last] of set) {
    if (code < first) return false;
    if (code <= last) return true;
  }
  return false;
}

const range = (first: string, last = first): [number, number] => [first.charCodeAt(0), last.charCodeAt(0)];

const DIGIT = normalize([range('0', '9')]);
export const WORD = normalize([range('0', '9'), range('A', 'Z'), range('a', 'z'), range('_')]);
const SPACE = normalize([
  range('\t', '\r'),
  range(' '),
  range('\u00a0'),
  range('\u1680'),
  range('\u2000', '\u200a'),
  range('\u2028', '\u2029'),
  range('\u202f'),
  range('\u205f'),
  range('\u3000'),
  range('\ufeff'),
]);

/** `.`: everything but the ends of lines. */
export const ANY = normalize([range('\n'), range('\r'), range('\u2028', '\u2029')], true);

/** What `\d`, `\w`, `\s` and their opposites stand for. */
export const NAMED_CLASSES: ReadonlyMap<string, CharSet> = new Map([
  ['d', DIGIT],
  ['D', normalize(DIGIT, true)],
  ['w', WORD],
  ['W', normalize(WORD, true)],
  ['s', SPACE],
  ['S', normalize(SPACE, true)],
]);
