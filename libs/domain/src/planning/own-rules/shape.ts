import { objectIn } from './language.js';
import { OBJECTS, type ObjectName } from './variables.js';

/** How many entries the lists of a plan have. */
export interface Sizes {
  readonly Batch: number;
  readonly Wave: number;
  readonly Cluster: number;
  readonly Validator: number;
}

/** The most that a value may come to: how often it can be gone through, and what it takes to look at it once. */
export type Shape =
  | { readonly kind: 'scalar' }
  | { readonly kind: 'text'; readonly length: number }
  /** Of a map the keys are gone through, and the values looked up: `of` is the larger of the two. */
  | { readonly kind: 'list'; readonly size: number; readonly of: Shape }
  | { readonly kind: 'object'; readonly name: ObjectName };

/** A number, a duration, true or false. */
export const SCALAR: Shape = { kind: 'scalar' };
/** Names are no longer than this; a reason is. */
const NAME: Shape = { kind: 'text', length: 100 };
/** The longest text that there is. */
export const REASON: Shape = { kind: 'text', length: 2_000 };
/** Texts are compared and copied so many characters at a step. */
const CHARACTERS_A_STEP = 100;

/** The most that a variable or a field of a type comes to, on a plan of such sizes. */
export function typeShape(type: string, sizes: Sizes): Shape {
  const name = objectIn(type);
  if (type === 'list<string>') return { kind: 'list', size: 3, of: NAME };
  if (name === undefined) return type === 'string' ? NAME : SCALAR;
  const object: Shape = { kind: 'object', name };
  return type === name ? object : { kind: 'list', size: entriesOf(name, sizes), of: object };
}

function entriesOf(name: ObjectName, sizes: Sizes): number {
  switch (name) {
    case 'Batch':
    case 'Wave':
    case 'Cluster':
    case 'Validator':
      return sizes[name];
    default:
      return 1;
  }
}

/** A field of an object, or an entry of a list. A field whose name is not known beforehand is the largest that it may be. */
export function fieldShape(from: Shape, name: unknown, shapeOf: (type: string) => Shape): Shape {
  if (from.kind === 'list') return from.of;
  if (from.kind !== 'object') return REASON;
  if (from.name === 'Release' && name === 'reason') return REASON;
  const fields: Readonly<Record<string, { readonly type: string }>> = OBJECTS[from.name];
  const field = typeof name === 'string' && Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field) return shapeOf(field.type);
  return Object.values(fields).reduce<Shape>((all, { type }) => larger(all, shapeOf(type)), REASON);
}

/** How often it can be gone through. */
export function sizeOf(shape: Shape): number {
  if (shape.kind === 'list') return shape.size;
  return shape.kind === 'text' ? shape.length : 1;
}

/** Steps to look at all of it once, as a comparison does. An object counts more than its place, so that it is not lost among numbers. */
export function weight(shape: Shape): number {
  if (shape.kind === 'object') return 2;
  if (shape.kind === 'list') return 1 + shape.size * weight(shape.of);
  return shape.kind === 'text' ? 1 + Math.floor(shape.length / CHARACTERS_A_STEP) : 1;
}

/** Two lists or two texts, one after the other. */
export function together(left: Shape, right: Shape): Shape {
  if (left.kind === 'list' && right.kind === 'list')
    return { kind: 'list', size: left.size + right.size, of: larger(left.of, right.of) };
  if (left.kind === 'text' && right.kind === 'text') return { kind: 'text', length: left.length + right.length };
  return larger(left, right);
}

/** Of two that a value may be the larger; of two lists one that is as large in every way as either. */
export function larger(left: Shape, right: Shape): Shape {
  if (left.kind === 'list' && right.kind === 'list')
    return { kind: 'list', size: Math.max(left.size, right.size), of: larger(left.of, right.of) };
  return weight(right) > weight(left) ? right : left;
}
