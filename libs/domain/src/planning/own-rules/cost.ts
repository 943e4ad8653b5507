import type { ASTNode } from '@marcbachmann/cel-js';
import {
  fieldShape,
  larger,
  REASON,
  SCALAR,
  type Shape,
  type Sizes,
  sizeOf,
  together,
  typeShape,
  weight,
} from './shape.js';
import { VARIABLES } from './variables.js';

interface Estimate {
  readonly cost: number;
  readonly shape: Shape;
}

type Scope = ReadonlyMap<string, Shape>;

/**
 * How many steps an expression takes at most on a plan of such sizes, without evaluating it. Loops within loops
 * multiply, texts and lists that are put together add up; what cannot be told is taken for the largest that there is.
 */
export function costOf(expression: ASTNode, sizes: Sizes): number {
  const shapeOf = (type: string): Shape => typeShape(type, sizes);
  const scope = new Map(Object.entries(VARIABLES).map(([name, { type }]) => [name, shapeOf(type)]));
  return estimate(expression, scope, shapeOf).cost;
}

function estimate(node: ASTNode, scope: Scope, shapeOf: (type: string) => Shape): Estimate {
  const of = (inner: ASTNode, around: Scope = scope): Estimate => estimate(inner, around, shapeOf);
  switch (node.op) {
    case 'value':
      return step(typeof node.args === 'string' ? { kind: 'text', length: node.args.length } : SCALAR);
    case 'id':
      return step(scope.get(node.args) ?? SCALAR);
    case '.':
    case '.?':
      return step(fieldShape(of(node.args[0]).shape, node.args[1], shapeOf), of(node.args[0]));
    case '[]':
    case '[?]': {
      const [from, index] = [of(node.args[0]), of(node.args[1])];
      const name = node.args[1].op === 'value' ? node.args[1].args : undefined;
      return step(fieldShape(from.shape, name, shapeOf), from, index);
    }
    case 'call':
      return called(
        node.args[0],
        node.args[1].map((argument) => of(argument)),
      );
    case 'rcall':
      return method(node.args, of, scope);
    case 'list': {
      const entries = node.args.map((entry) => of(entry));
      return step({ kind: 'list', size: entries.length, of: largest(entries) }, ...entries);
    }
    case 'map': {
      const entries = node.args.flat().map((part) => of(part));
      return step({ kind: 'list', size: node.args.length, of: largest(entries) }, ...entries);
    }
    case '?:': {
      const [condition, yes, no] = node.args.map((part) => of(part)) as [Estimate, Estimate, Estimate];
      return step(larger(yes.shape, no.shape), condition, yes, no);
    }
    case '!_':
    case '-_':
      return step(SCALAR, of(node.args));
    case '+': {
      const [left, right] = [of(node.args[0]), of(node.args[1])];
      const sum = together(left.shape, right.shape);
      return plus(step(sum, left, right), weight(sum));
    }
    case 'in': {
      const [entry, list] = [of(node.args[0]), of(node.args[1])];
      return plus(step(SCALAR, entry, list), weight(list.shape));
    }
    default: {
      const [left, right] = [of(node.args[0]), of(node.args[1])];
      return plus(step(SCALAR, left, right), Math.min(weight(left.shape), weight(right.shape)));
    }
  }
}

const LOOPS: readonly string[] = ['all', 'exists', 'exists_one', 'filter', 'map'];

/** `list.all(x, …)`, `cel.bind(x, value, …)`, `text.split(' ')` and the like. */
function method(
  [name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]],
  of: (inner: ASTNode, around?: Scope) => Estimate,
  scope: Scope,
): Estimate {
  const [variable, ...rest] = args;
  if (name === 'bind' && variable?.op === 'id' && rest[0] && rest[1]) {
    const value = of(rest[0]);
    const inner = of(rest[1], new Map([...scope, [variable.args, value.shape]]));
    return step(inner.shape, value, inner);
  }
  const from = of(receiver);
  if (LOOPS.includes(name) && variable?.op === 'id') {
    const entry = from.shape.kind === 'list' ? from.shape.of : REASON;
    const inner = rest.map((part) => of(part, new Map([...scope, [variable.args, entry]])));
    const turns = sizeOf(from.shape);
    const result: Shape = { kind: 'list', size: turns, of: name === 'map' ? (inner.at(-1)?.shape ?? SCALAR) : entry };
    const each = inner.reduce((sum, { cost }) => sum + cost, 1);
    return plus(step(name === 'map' || name === 'filter' ? result : SCALAR, from), turns * each);
  }
  return called(name, [from, ...args.map((argument) => of(argument))]);
}

/** A function looks at all of its arguments once; only a list knows its size without that. */
function called(name: string, args: readonly Estimate[]): Estimate {
  const shapes = args.map(({ shape }) => shape);
  const [first = SCALAR, second = SCALAR] = shapes;
  if (name === 'size' && first.kind === 'list') return step(SCALAR, ...args);
  const work = shapes.reduce((sum, shape) => sum + weight(shape), 0);
  return plus(step(resultOf(name, first, second), ...args), work);
}

function resultOf(name: string, first: Shape, second: Shape): Shape {
  if (name === 'split') return { kind: 'list', size: sizeOf(first) + 1, of: first };
  if (name === 'join') {
    const entry = first.kind === 'list' ? sizeOf(first.of) : 1;
    return { kind: 'text', length: sizeOf(first) * (entry + sizeOf(second)) };
  }
  // Of bytes each may become two characters, of characters each up to four bytes.
  return { kind: 'text', length: Math.max(100, 4 * sizeOf(first)) };
}

function largest(estimates: readonly Estimate[]): Shape {
  return estimates.reduce<Shape>((all, { shape }) => larger(all, shape), SCALAR);
}

function step(shape: Shape, ...before: readonly Estimate[]): Estimate {
  return { cost: before.reduce((sum, { cost }) => sum + cost, 1), shape };
}

function plus({ cost, shape }: Estimate, more: number): Estimate {
  return { cost: cost + more, shape };
}
