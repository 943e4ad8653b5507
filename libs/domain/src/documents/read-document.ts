import type { z } from 'zod';
import type { Problem } from '../planning/types.js';
import { check } from './check.js';
import { type Flaw, isRecord } from './flaw.js';
import { formatPath, parsePath } from './path.js';
import { locator } from './yaml/locator.js';
import { MAX_DEPTH, parseYaml } from './yaml/parse-yaml.js';

/** The longest document that is read, in characters. */
export const MAX_DOCUMENT = 32 * 1024 * 1024;

/** At most so many problems are listed; one more says how many there are besides. */
export const MAX_PROBLEMS = 1_000;

/** A document that is sound, or everything that is wrong with it. */
export type ReadResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads a document from YAML (or JSON, which is YAML) and holds it against its schema.
 *
 * @param source which document that is, for the reader of a problem: a file's name, usually.
 * @returns the value with its defaults filled in, or all problems in the order of the text, each with line and column.
 *   Text that is no document is a problem like any other; nothing is thrown.
 */
export function readDocument<T>(schema: z.ZodType<T>, text: string, source: string): ReadResult<T> {
  if (text.length > MAX_DOCUMENT) return refuse([{ path: [], message: tooLong(text.length) }], source);
  const yaml = parseYaml(text);
  const checked = 'value' in yaml ? check(schema, yaml.value) : undefined;
  const flaws = [...yaml.flaws, ...(checked?.ok === false ? checked.flaws : [])];
  if (checked?.ok && flaws.length === 0) return checked;
  return refuse(flaws, source, text);
}

/** The same for a value that came as JSON, over HTTP for instance. The problems have no line and column. */
export function validateDocument<T>(schema: z.ZodType<T>, value: unknown, source: string): ReadResult<T> {
  if (isDeeperThan(value, MAX_DEPTH))
    return refuse([{ path: [], message: `is nested deeper than ${MAX_DEPTH} levels` }], source);
  const checked = check(schema, value);
  return checked.ok ? checked : refuse(checked.flaws, source);
}

/**
 * Adds line and column to problems that were found after reading, while planning for instance.
 *
 * @param text the document that the problems with this `source` are about; others stay as they are.
 */
export function locateProblems(problems: readonly Problem[], text: string, source: string): Problem[] {
  const positionOf = locator(text);
  return problems.map((problem) =>
    problem.source === source ? { ...problem, ...positionOf({ path: parsePath(problem.path) }) } : problem,
  );
}

function refuse(flaws: readonly Flaw[], source: string, text?: string): { ok: false; problems: Problem[] } {
  const positionOf = text === undefined ? undefined : locator(text);
  const problems: Problem[] = flaws
    .slice(0, MAX_PROBLEMS)
    .map((flaw) => ({ path: formatPath(flaw.path), message: flaw.message, source, ...positionOf?.(flaw) }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  const rest = flaws.length - problems.length;
  if (rest > 0) problems.push({ path: '', message: `and ${rest} more`, source });
  return { ok: false, problems };
}

function tooLong(length: number): string {
  const mib = (length / 1024 / 1024).toFixed(1);
  return `is ${mib} MiB long; a document may have ${MAX_DOCUMENT / 1024 / 1024} MiB`;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (!Array.isArray(value) && !isRecord(value)) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
