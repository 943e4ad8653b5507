/** Label names with their values. A map, since a label may be called `__proto__`. */
export type LabelValues = ReadonlyMap<string, string>;

const NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const BLANK = /[ \t]*/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['"', '"'],
  ['n', '\n'],
]);

/** One `label<operator>"value"` of a list in braces. */
export interface LabelPart {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/**
 * Reads `{a="1",b="2"}` from the opening brace on, as Prometheus writes it: `\\`, `\"` and `\n` are escapes, a comma
 * may stand before the closing brace.
 *
 * @param operator what may stand between a label and its value, sticky.
 * @returns the parts and where the list ends; null when it is not such a list.
 */
export function readLabels(text: string, from: number, operator: RegExp): { parts: LabelPart[]; end: number } | null {
  const parts: LabelPart[] = [];
  let at = skipBlanks(text, from + 1);
  while (text[at] !== '}') {
    const label = matchAt(NAME, text, at);
    if (label === null) return null;
    at = skipBlanks(text, at + label.length);
    const sign = matchAt(operator, text, at);
    if (sign === null) return null;
    const quoted = readQuoted(text, skipBlanks(text, at + sign.length));
    if (!quoted) return null;
    parts.push({ label, operator: sign, value: quoted.value });
    at = skipBlanks(text, quoted.end);
    if (text[at] === ',') at = skipBlanks(text, at + 1);
    else if (text[at] !== '}') return null;
  }
  return { parts, end: at + 1 };
}

/** Reads a text in double quotes. */
function readQuoted(text: string, from: number): { value: string; end: number } | null {
  if (text[from] !== '"') return null;
  let value = '';
  let piece = from + 1;
  for (let at = piece; at < text.length; at += 1) {
    if (text[at] === '"') return { value: value + text.slice(piece, at), end: at + 1 };
    if (text[at] !== '\\') continue;
    const escaped = ESCAPES.get(text[at + 1] ?? '');
    if (escaped === undefined) return null;
    value += text.slice(piece, at) + escaped;
    at += 1;
    piece = at + 1;
  }
  return null;
}

/** Where the blanks that begin here end. */
export function skipBlanks(text: string, at: number): number {
  return at + (matchAt(BLANK, text, at)?.length ?? 0);
}

/** What a sticky expression matches here. */
export function matchAt(expression: RegExp, text: string, at: number): string | null {
  expression.lastIndex = at;
  return expression.exec(text)?.[0] ?? null;
}
