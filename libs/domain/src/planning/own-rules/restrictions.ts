import type { ASTNode } from '@marcbachmann/cel-js';
import { Duration, toMs } from '../../values/duration.js';
import { VARIABLES } from './variables.js';

/** What CEL has and rules do not, with the reason. */
export const WITHHELD: Readonly<Record<string, string>> = {
  timestamp: 'a plan does not know when it will run; a freeze window stops releases at a time',
  matches: 'a pattern can take for ever; startsWith, endsWith and contains cannot',
  has: 'every field is always there',
  optional: 'every field is always there',
  dyn: 'it would hide mistakes until a plan is made',
  json: 'what it holds cannot be checked before a plan is made',
};

/** Why an expression that is otherwise sound is no rule; undefined when it is one. */
export function restrictionOn(expression: ASTNode): string | undefined {
  const nodes = [...walk(expression)];
  for (const node of nodes) {
    const name = nameOf(node);
    const why = Object.hasOwn(WITHHELD, name) ? WITHHELD[name] : undefined;
    if (why !== undefined) return `${name} is not part of rules: ${why}`;
    const length = node.op === 'call' && name === 'duration' ? node.args[1][0] : undefined;
    if (length?.op === 'value' && typeof length.args === 'string' && !isDuration(length.args))
      return `duration(${JSON.stringify(length.args)}) is no duration; write it like 90s, 20m or 1h30m`;
  }
  const looks = nodes.some((node) => node.op === 'id' && Object.hasOwn(VARIABLES, node.args));
  return looks
    ? undefined
    : `looks at nothing of the plan (${Object.keys(VARIABLES).join(', ')}), so it is always the same`;
}

/** The function that is called, or the variable that is named. */
function nameOf(node: ASTNode): string {
  if (node.op === 'id') return node.args;
  return node.op === 'call' || node.op === 'rcall' ? node.args[0] : '';
}

/** CEL has no days. */
function isDuration(text: string): boolean {
  return Duration.safeParse(text).success && !text.includes('d') && Number.isFinite(toMs(text));
}

/** The node itself and all within it. */
function* walk(node: ASTNode): Generator<ASTNode> {
  yield node;
  for (const inner of innerOf(node)) yield* walk(inner);
}

function innerOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}
