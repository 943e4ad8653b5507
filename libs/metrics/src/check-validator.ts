import type { Validator } from '#domain';
import { latencyReader, metricReader } from './counters/read-counters.js';
import { LONGEST_LOG_PATTERN } from './log/read-logs.js';
import { readPattern } from './regex/pattern.js';

/**
 * What is wrong with a validator that its schema cannot see: selectors and patterns that cannot be read. Better told
 * when a release is submitted than when it is held for it.
 *
 * @returns a path inside the validator with a message, for each problem.
 */
export function validatorProblems(validator: Validator): { path: string; message: string }[] {
  const problems: { path: string; message: string }[] = [];
  const add = (path: string, result: { ok: true } | { ok: false; why: string }): void => {
    if (!result.ok) problems.push({ path, message: result.why });
  };
  const { metric, latency, log } = validator;
  if (metric) {
    add('metric.events', metricReader({ events: metric.events, exposure: 'any' }));
    add('metric.exposure', metricReader({ events: 'any', exposure: metric.exposure }));
  }
  if (latency) add('latency.histogram', latencyReader(latency));
  if (log) add('log.pattern', readPattern(log.pattern, { longest: LONGEST_LOG_PATTERN }));
  return problems;
}
