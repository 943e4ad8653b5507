import { ANY, type CharSet, classOf, NAMED_CLASSES, normalize } from './char-set.js';

/** A place in the text rather than a character of it. */
export type Assertion = 'start' | 'end' | 'word-edge' | 'inside';

/** A regular expression as a tree. */
export type Node =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number };

/** The pattern is not one that can be run: it is wrong, or it needs what costs more than linear time. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ['^', 'start'],
  ['$', 'end'],
]);
const ESCAPED_ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ['b', 'word-edge'],
  ['B', 'inside'],
]);
const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
  ['v', '\v'],
  ['0', '\0'],
]);
const MAX_REPEAT = 1_000;
const MAX_DEPTH = 50;

/**
 * Reads a regular expression as JavaScript writes them without flags, less what no automaton can do: references to
 * groups and looking ahead or behind.
 *
 * @throws PatternError
 */
export function parsePattern(pattern: string): Node {
  const reader = new Reader(pattern);
  const node = reader.choice(0);
  if (!reader.atEnd) throw new PatternError('a closing bracket has no opening one');
  return node;
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  choice(depth: number): Node {
    if (depth > MAX_DEPTH) throw new PatternError(`groups stand in each other more than ${MAX_DEPTH} deep`);
    const options = [this.sequence(depth)];
    while (this.take('|')) options.push(this.sequence(depth));
    return options.length === 1 && options[0] ? options[0] : { kind: 'choice', options };
  }

  private sequence(depth: number): Node {
    const parts: Node[] = [];
    while (!this.atEnd && this.peek() !== '|' && this.peek() !== ')') parts.push(this.repeated(depth));
    return { kind: 'sequence', parts };
  }

  private repeated(depth: number): Node {
    const part = this.atom(depth);
    const range = this.quantifier();
    if (!range) return part;
    if (part.kind === 'assertion') throw new PatternError('a place in the text cannot be repeated');
    this.take('?');
    if (this.quantifier()) throw new PatternError('a repetition cannot be repeated without brackets');
    return { kind: 'repeat', part, min: range.min, max: range.max };
  }

  private quantifier(): { min: number; max: number } | null {
    if (this.take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.take('?')) return { min: 0, max: 1 };
    const counted = this.match(/\{(\d+)(,(\d*))?\}/y);
    if (!counted) return null;
    const min = Number(counted[1]);
    const max = counted[2] === undefined ? min : counted[3] ? Number(counted[3]) : Number.POSITIVE_INFINITY;
    if (min > max) throw new PatternError(`${counted[0]} repeats from more to fewer`);
    if (min > MAX_REPEAT || (max > MAX_REPEAT && max !== Number.POSITIVE_INFINITY)) {
      throw new PatternError(`${counted[0]} repeats more than ${MAX_REPEAT} times`);
    }
    return { min, max };
  }

  private atom(depth: number): Node {
    const char = this.next();
    const assertion = ASSERTIONS.get(char);
    if (assertion) return { kind: 'assertion', assertion };
    if (char === '(') return this.group(depth);
    if (char === '[') return { kind: 'set', set: this.set() };
    if (char === '.') return { kind: 'set', set: ANY };
    if (char === '\\') return this.escape();
    if (char === '*' || char === '+' || char === '?') throw new PatternError(`${char} has nothing to repeat`);
    return literal(char);
  }

  private group(depth: number): Node {
    if (this.match(/\?(:|<[A-Za-z_]\w*>)/y) === null && this.peek() === '?') {
      throw new PatternError('looking ahead or behind, and flags in a group, are not supported');
    }
    const node = this.choice(depth + 1);
    if (!this.take(')')) throw new PatternError('a bracket is not closed');
    return node;
  }

  private escape(): Node {
    const assertion = ESCAPED_ASSERTIONS.get(this.peek());
    if (assertion) {
      this.at += 1;
      return { kind: 'assertion', assertion };
    }
    const escaped = this.escapedSet();
    return typeof escaped === 'string' ? literal(escaped) : { kind: 'set', set: escaped };
  }

  /** What stands after a backslash: a class (`\d`), or one character. */
  private escapedSet(): CharSet | string {
    const char = this.next();
    const named = NAMED_CLASSES.get(char);
    if (named) return named;
    const control = CONTROLS.get(char);
    if (control && !(char === '0' && /\d/.test(this.peek()))) return control;
    if (char === 'x' || char === 'u') {
      const digits = this.match(char === 'x' ? /[0-9A-Fa-f]{2}/y : /[0-9A-Fa-f]{4}/y);
      if (!digits) throw new PatternError(`\\${char} needs ${char === 'x' ? 'two' : 'four'} hexadecimal digits`);
      return String.fromCharCode(Number.parseInt(digits[0], 16));
    }
    if (/[1-9k]/.test(char)) throw new PatternError('references to groups are not supported');
    if (/[A-Za-z0-9]/.test(char)) throw new PatternError(`\\${char} is not known`);
    return char;
  }

  /** The rest of `[…]`. */
  private set(): CharSet {
    const negated = this.take('^');
    const ranges: (readonly [number, number])[] = [];
    while (!this.take(']')) {
      const first = this.setPart();
      if (typeof first !== 'string' || this.peek() !== '-' || this.peek(1) === ']' || this.peek(1) === '') {
        ranges.push(...classOf(first));
        continue;
      }
      this.at += 1;
      const last = this.setPart();
      if (typeof last !== 'string') ranges.push(...classOf(first), ...classOf('-'), ...classOf(last));
      else if (last < first) throw new PatternError(`the range ${first}-${last} is upside down`);
      else ranges.push([first.charCodeAt(0), last.charCodeAt(0)]);
    }
    return normalize(ranges, negated);
  }

  private setPart(): CharSet | string {
    if (this.atEnd) throw new PatternError('a square bracket is not closed');
    const char = this.next();
    if (char !== '\\') return char;
    return this.take('b') ? '\b' : this.escapedSet();
  }

  private next(): string {
    if (this.atEnd) throw new PatternError('it ends in a backslash');
    this.at += 1;
    return this.text.charAt(this.at - 1);
  }

  private peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  private take(char: string): boolean {
    if (this.peek() !== char) return false;
    this.at += 1;
    return true;
  }

  private match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text);
    if (found) this.at = expression.lastIndex;
    return found;
  }
}

function literal(char: string): Node {
  return { kind: 'set', set: classOf(char) };
}
