/** A series as an expression asks for it: its name, and the labels that are compared. */
export interface Asked {
  readonly metric: string;
  readonly labels: readonly string[];
}

const FUNCTIONS = ['sum', 'max', 'count', 'rate', 'increase', 'changes', 'absent', 'histogram_quantile'];
const WORDS = ['and', 'or', 'unless'];
const GROUPING = /\b(by|on)\s*\(([^)]*)\)/g;
const SELECTOR = /([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?/g;
const RANGE = /\[[^\]]*\]/g;

/**
 * The series that an expression asks for. It knows as much of PromQL as is used here.
 * @throws Error for a function that it does not know, or brackets that do not match
 */
export function askedBy(expression: string): Asked[] {
  for (const [open, close] of ['()', '{}', '[]'].map((pair) => [...pair] as [string, string])) {
    if (expression.split(open).length !== expression.split(close).length)
      throw new Error(`${open} and ${close} do not match in ${expression}`);
  }
  const bare = expression.replaceAll(RANGE, '').replaceAll(GROUPING, '');
  const asked: Asked[] = [];
  for (const { 1: name = '', 2: matchers = '', index, 0: whole } of bare.matchAll(SELECTOR)) {
    const isCalled = bare
      .slice(index + whole.length)
      .trimStart()
      .startsWith('(');
    if (WORDS.includes(name)) continue;
    if (!isCalled && !FUNCTIONS.includes(name)) asked.push({ metric: name, labels: labelsOf(matchers) });
    else if (!FUNCTIONS.includes(name)) throw new Error(`${name} is not known here: ${expression}`);
  }
  return asked;
}

/** The labels that series are put together by. */
export function groupedBy(expression: string): string[] {
  const groups = [...expression.matchAll(GROUPING)].map(([, , labels = '']) => labels);
  return groups.flatMap((labels) => labels.split(',').map((label) => label.trim())).filter((label) => label !== '');
}

function labelsOf(matchers: string): string[] {
  return [...matchers.matchAll(/([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label);
}
