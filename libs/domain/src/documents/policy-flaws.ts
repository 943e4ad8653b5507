import { type Flaw, isRecord } from './flaw.js';
import { didYouMean } from './nearest.js';

const ROUTINE = ['standard', 'high', 'core'] as const;

/**
 * What the levels of a policy have to be beyond their form: each there once, each approval by one of them, and an
 * exception never approved by less than what a release without findings needs.
 */
export function levelFlaws(policy: unknown): Flaw[] {
  const spec = isRecord(policy) ? policy.spec : undefined;
  if (!isRecord(spec) || !Array.isArray(spec.levels) || !isRecord(spec.approvals)) return [];
  const levels: readonly unknown[] = spec.levels;
  const approvals = spec.approvals;
  return [...repeated(levels), ...unknownLevels(levels, approvals), ...lowException(levels, approvals)];
}

function repeated(levels: readonly unknown[]): Flaw[] {
  return levels.flatMap((level, i) =>
    levels.indexOf(level) < i ? [{ path: ['spec', 'levels', i], message: `level ${level} is there already` }] : [],
  );
}

function unknownLevels(levels: readonly unknown[], approvals: Readonly<Record<string, unknown>>): Flaw[] {
  const names = levels.filter((level) => typeof level === 'string');
  return Object.entries(approvals).flatMap(([use, level]) =>
    typeof level !== 'string' || names.includes(level)
      ? []
      : [
          {
            path: ['spec', 'approvals', use],
            message: `level ${level} is not one of levels (${names.join(', ')})${didYouMean(level, names)}`,
          },
        ],
  );
}

function lowException(levels: readonly unknown[], approvals: Readonly<Record<string, unknown>>): Flaw[] {
  const exception = levels.indexOf(approvals.exception);
  const above = ROUTINE.find((risk) => levels.indexOf(approvals[risk]) > exception);
  if (exception < 0 || above === undefined) return [];
  const message = `level ${approvals.exception} is below ${approvals[above]}, which risk ${above} needs without an exception`;
  return [{ path: ['spec', 'approvals', 'exception'], message }];
}
