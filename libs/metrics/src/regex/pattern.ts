import { includes, WORD } from './char-set.js';
import { compile, type Step } from './program.js';
import { type Assertion, PatternError, parsePattern } from './syntax.js';

/**
 * A regular expression that takes time in proportion to the text, whatever the pattern. People write the patterns and
 * strangers write the logs; one that goes back and forth for hours would stop the observation of every release.
 */
export interface Pattern {
  /** Whether the text matches: somewhere, or as a whole when it was compiled to. */
  test(text: string): boolean;
}

export interface PatternOptions {
  /** The whole text has to match, as in a selector of series. */
  readonly whole?: boolean;
  /** Longest pattern that is taken, in characters. */
  readonly longest: number;
}

/** A pattern, or what is wrong with its text. */
export type PatternResult =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly why: string };

/** Reads a pattern: JavaScript's syntax without flags, references and looking around. */
export function readPattern(text: string, options: PatternOptions): PatternResult {
  if (text.length > options.longest)
    return { ok: false, why: `the pattern is longer than ${options.longest} characters` };
  try {
    const program = compile(parsePattern(text));
    const whole = options.whole ?? false;
    if (!whole && /^[\w ,:;@=/'"<>-]+$/.test(text))
      return { ok: true, pattern: { test: (line) => line.includes(text) } };
    return { ok: true, pattern: { test: (line) => run(program, line, whole) } };
  } catch (error) {
    if (error instanceof PatternError) return { ok: false, why: `the pattern cannot be read: ${error.message}` };
    throw error;
  }
}

/**
 * Follows all ways through the program at once, one character after another. A place is visited at most once for each
 * character, which bounds the time by the length of the text times the length of the program.
 */
function run(program: readonly Step[], text: string, whole: boolean): boolean {
  const visits = new Int32Array(program.length).fill(-1);
  let places: number[] = [0];
  for (let at = 0; at <= text.length; at += 1) {
    if (!whole && at > 0) places.push(0);
    const { sets, matched } = follow(program, places, visits, text, at);
    if (matched && (!whole || at === text.length)) return true;
    if (sets.length === 0 && whole) return false;
    const code = text.charCodeAt(at);
    places = [];
    for (const place of sets) {
      const step = program[place];
      if (step?.op === 'set' && includes(step.set, code)) places.push(place + 1);
    }
  }
  return false;
}

/** Goes on without reading a character, as far as it gets: to the sets that the next character is held against. */
function follow(program: readonly Step[], places: number[], visits: Int32Array, text: string, at: number) {
  const sets: number[] = [];
  let matched = false;
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const step = program[place];
    if (step === undefined || visits[place] === at) continue;
    visits[place] = at;
    if (step.op === 'set') sets.push(place);
    else if (step.op === 'match') matched = true;
    else if (step.op === 'go') places.push(step.place);
    else if (step.op === 'fork') places.push(...step.places);
    else if (holds(step.assertion, text, at)) places.push(place + 1);
  }
  return { sets, matched };
}

function holds(assertion: Assertion, text: string, at: number): boolean {
  if (assertion === 'start') return at === 0;
  if (assertion === 'end') return at === text.length;
  const isEdge = isWord(text, at - 1) !== isWord(text, at);
  return assertion === 'word-edge' ? isEdge : !isEdge;
}

/** Before the beginning and after the end there is no word: NaN is in no range. */
function isWord(text: string, at: number): boolean {
  return includes(WORD, text.charCodeAt(at));
}
