import { z } from 'zod';
import { didYouMean } from './nearest.js';

type Issue = z.core.$ZodRawIssue;

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
  record: 'a group of fields',
};

/**
 * What zod found, in plain words: the end of a sentence that begins with the path. For unknown fields it returns the
 * names of the known ones, separated by blanks, because one issue may be about several fields.
 */
export function sentence(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return knownFields(issue.inst).join(' ');
  if (issue.input === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.inst instanceof z.ZodNumberFormat ? 'int' : issue.expected, issue.input);
    case 'invalid_value':
      return wrongValue(issue.values.map(String), issue.input);
    case 'too_small':
      return bound(issue.origin, 'at least', Number(issue.minimum));
    case 'too_big':
      return bound(issue.origin, 'at most', Number(issue.maximum));
    case 'invalid_format':
      return issue.format === 'starts_with' ? `must start with ${issue.prefix}` : `is not a valid ${issue.format}`;
    default:
      return 'is not valid';
  }
}

/** The message for a field that the schema does not know. */
export function unknownField(name: string, known: readonly string[]): string {
  const hint = didYouMean(name, known);
  if (hint) return `unknown field${hint}`;
  return known.length > 0 ? `unknown field; known here: ${known.join(', ')}` : 'unknown field';
}

function knownFields(schema: unknown): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function wrongType(expected: string, input: unknown): string {
  const type = TYPES[expected] ?? expected;
  if (input === null) return `is empty; must be ${type}`;
  if (type === 'text' && (typeof input === 'number' || typeof input === 'boolean'))
    return 'must be text; put it in quotes';
  if (type.endsWith('number') && typeof input === 'string' && input.trim() !== '' && Number.isFinite(Number(input)))
    return `must be ${type}; write it without quotes`;
  return `must be ${type}`;
}

function wrongValue(allowed: readonly string[], input: unknown): string {
  if (allowed.length === 1) return `must be ${allowed[0]}`;
  return `must be one of ${allowed.join(', ')}${typeof input === 'string' ? didYouMean(input, allowed) : ''}`;
}

function bound(origin: string, direction: string, limit: number): string {
  switch (origin) {
    case 'string':
      return direction === 'at least' && limit === 1 ? 'must not be empty' : `must be ${direction} ${limit} characters`;
    case 'array':
      return `must have ${direction} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
    default:
      return `must be ${direction} ${limit}`;
  }
}
