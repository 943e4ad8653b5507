import type { Path } from './path.js';

/** Something wrong with a document, before it is known where in the text that is. */
export interface Flaw {
  readonly path: Path;
  readonly message: string;
  /** It is the field's name that is wrong, not its value. */
  readonly ofKey?: boolean;
  /** Where in the text, in characters from 0, when the parser says so itself. */
  readonly offset?: number;
}

/** True for what YAML calls a mapping and JSON an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Turns a function that finds flaws into a refinement of a schema: `.superRefine(refusing(stepFlaws))`. */
export function refusing<T>(
  flawsOf: (value: T) => readonly Flaw[],
): (
  value: T,
  context: { addIssue(issue: { code: 'custom'; path: (string | number)[]; message: string }): void },
) => void {
  return (value, context) => {
    for (const { path, message } of flawsOf(value)) context.addIssue({ code: 'custom', path: [...path], message });
  };
}
