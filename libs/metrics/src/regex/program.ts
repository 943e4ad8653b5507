import type { CharSet } from './char-set.js';
import { type Assertion, type Node, PatternError } from './syntax.js';

/** One step of an automaton. Places are indices into the program. */
export type Step =
  | { readonly op: 'set'; readonly set: CharSet }
  | { readonly op: 'assertion'; readonly assertion: Assertion }
  /** Goes on at both places. */
  | { readonly op: 'fork'; readonly places: readonly [number, number] }
  | { readonly op: 'go'; readonly place: number }
  | { readonly op: 'match' };

/** A pattern whose repetitions are written out must fit into so many steps. */
const MAX_STEPS = 500;

/**
 * Thompson's construction: every step goes on at the next one unless it says otherwise.
 *
 * @throws PatternError when the pattern is too large.
 */
export function compile(node: Node): readonly Step[] {
  const program: Step[] = [];
  emit(node, program);
  program.push({ op: 'match' });
  return program;
}

function emit(node: Node, program: Step[]): void {
  if (program.length > MAX_STEPS) throw new PatternError('it is too large once its repetitions are written out');
  switch (node.kind) {
    case 'set':
      program.push({ op: 'set', set: node.set });
      return;
    case 'assertion':
      program.push({ op: 'assertion', assertion: node.assertion });
      return;
    case 'sequence':
      for (const part of node.parts) emit(part, program);
      return;
    case 'choice':
      emitChoice(node.options, program);
      return;
    case 'repeat':
      emitRepeat(node, program);
      return;
    default:
      node satisfies never;
  }
}

function emitChoice(options: readonly Node[], program: Step[]): void {
  const ends: number[] = [];
  for (const [i, option] of options.entries()) {
    const isLast = i === options.length - 1;
    const fork = isLast ? null : program.push(PLACEHOLDER) - 1;
    emit(option, program);
    if (fork === null) continue;
    ends.push(program.push(PLACEHOLDER) - 1);
    program[fork] = { op: 'fork', places: [fork + 1, program.length] };
  }
  for (const end of ends) program[end] = { op: 'go', place: program.length };
}

function emitRepeat({ part, min, max }: Extract<Node, { kind: 'repeat' }>, program: Step[]): void {
  for (let i = 0; i < min; i += 1) emit(part, program);
  if (max === Number.POSITIVE_INFINITY) {
    const fork = program.push(PLACEHOLDER) - 1;
    emit(part, program);
    program.push({ op: 'go', place: fork });
    program[fork] = { op: 'fork', places: [fork + 1, program.length] };
    return;
  }
  const forks: number[] = [];
  for (let i = min; i < max; i += 1) {
    forks.push(program.push(PLACEHOLDER) - 1);
    emit(part, program);
  }
  for (const fork of forks) program[fork] = { op: 'fork', places: [fork + 1, program.length] };
}

/** Stands where a jump will, until it is known where to. */
const PLACEHOLDER: Step = { op: 'match' };
