import { type ASTNode, EvaluationError, ParseError, TypeError as TypeFlaw } from '@marcbachmann/cel-js';
import { didYouMean } from '../../documents/nearest.js';
import { costOf } from './cost.js';
import { LANGUAGE } from './language.js';
import { restrictionOn } from './restrictions.js';
import type { Sizes } from './shape.js';
import { OBJECTS, type Scene, VARIABLES } from './variables.js';

/** What an expression comes to: the rule is broken or kept, or why that could not be found out. */
export type Answer = { readonly ok: true; readonly broken: boolean } | { readonly ok: false; readonly why: string };

/** An expression that can be evaluated, with the steps that it takes at most on a large plan, or what is wrong with it. */
export type Compiled =
  | { readonly ok: true; readonly evaluate: (scene: Scene) => Answer; readonly steps: number }
  | { readonly ok: false; readonly flaw: string };

/** A rule that is accepted can be evaluated on plans of up to these sizes. */
export const LARGEST_PLAN: Sizes = { Batch: 5_000, Wave: 5_000, Cluster: 1_000, Validator: 20 };

/** Steps of one evaluation: a fraction of a second. */
const MOST_STEPS = 1_000_000;

/** Steps of all rules of a policy together. */
export const MOST_STEPS_IN_ALL = 10 * MOST_STEPS;

/** So many expressions are remembered; a process meets the rules of a few policies again and again. */
const REMEMBERED = 1_000;
const compiled = new Map<string, Compiled>();

/**
 * Compiles an expression of an own rule. It is refused when it is not CEL, names what there is not, is not true or
 * false, or takes too many steps on a large plan. Pure, and remembered: the same text gives the same answer.
 */
export function compile(when: string): Compiled {
  const known = compiled.get(when);
  if (known) return known;
  const result = compileAnew(when);
  if (compiled.size >= REMEMBERED) compiled.clear();
  compiled.set(when, result);
  return result;
}

function compileAnew(when: string): Compiled {
  const checked = LANGUAGE.check(when);
  if (checked.error) return { ok: false, flaw: explain(checked.error, when) };
  const run = LANGUAGE.parse(when);
  const { type } = run.check();
  if (type !== 'bool') return { ok: false, flaw: `must be true or false, this is ${article(type ?? 'nothing')}` };
  const flaw = restrictionOn(run.ast) ?? tooCostly(run.ast, LARGEST_PLAN);
  if (flaw !== undefined) return { ok: false, flaw };
  return { ok: true, evaluate: (scene) => evaluate(run, scene, when), steps: costOf(run.ast, LARGEST_PLAN) };
}

function evaluate(run: { (scene: Scene): unknown; ast: ASTNode }, scene: Scene, when: string): Answer {
  const { batches, waves, clusters } = scene.plan;
  const sizes = { Batch: batches.length, Wave: waves.length, Cluster: clusters.length };
  const why = tooCostly(run.ast, { ...sizes, Validator: scene.validators.length });
  if (why !== undefined) return { ok: false, why };
  try {
    const broken = run(scene);
    return typeof broken === 'boolean' ? { ok: true, broken } : { ok: false, why: 'it is neither true nor false' };
  } catch (error) {
    // Whatever the evaluator stumbles over, the rule was not seen to be kept.
    if (error instanceof Error) return { ok: false, why: explain(error, when) };
    throw error;
  }
}

function tooCostly(ast: ASTNode, sizes: Sizes): string | undefined {
  if (costOf(ast, sizes) <= MOST_STEPS) return undefined;
  return `takes too many steps on a plan of ${sizes.Batch} batches; plan.waves and plan.clusters spare loops within loops`;
}

/** An error of the evaluator in plain words, with its place in the expression. */
function explain(error: Error, when: string): string {
  if (!(error instanceof ParseError || error instanceof TypeFlaw || error instanceof EvaluationError))
    return error.message;
  const start = error.range?.start;
  return `${saying(error.code, error.summary)}${start === undefined ? '' : ` (at ${placeOf(start, when)})`}`;
}

function saying(code: string, summary: string): string {
  const name = /: (\w+)$/.exec(summary)?.[1] ?? '';
  switch (code) {
    case 'unknown_variable':
      return `there is no variable ${name}${didYouMean(name, Object.keys(VARIABLES))}`;
    case 'no_such_key':
      return `there is no field ${name}${didYouMean(
        name,
        FIELDS.filter((field) => field !== name),
      )}`;
    case 'no_such_overload':
      return `${plainTypes(summary.replace('no such overload: ', ''))} does not go together`;
    case 'no_matching_overload':
      return `there is no function ${plainTypes(/'(.+)'/.exec(summary)?.[1] ?? '')}`;
    case 'unexpected_token':
      return summary.endsWith('EOF') ? 'it ends too early' : summary.toLowerCase();
    default:
      return `${summary.charAt(0).toLowerCase()}${summary.slice(1)}`;
  }
}

function plainTypes(text: string): string {
  return text.replaceAll('google.protobuf.Duration', 'duration');
}

/** Of all objects: which of them the field was looked for in, the evaluator does not say. */
const FIELDS = Object.values(OBJECTS).flatMap((fields) => Object.keys(fields));

function placeOf(start: number, when: string): string {
  const lines = when.slice(0, start).split('\n');
  const character = `character ${(lines.at(-1)?.length ?? 0) + 1}`;
  return when.trimEnd().includes('\n') ? `line ${lines.length}, ${character}` : character;
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}
