import { type Started, type Validator, validatorKind } from '#domain';
import { latencyWatch, metricWatch } from './counter-watch.js';
import { FileWatch } from './file-watch.js';
import { LogWatch } from './log-watch.js';
import { type Finding, findingsOf, type RoundObserved } from './observation.js';
import type { ValidatorWatch } from './validator-watch.js';

/** What is known of a batch before it is watched. */
export interface Known {
  /** What the batch is called in sentences. */
  readonly subject: string;
  /** Rounds of this deployment that an earlier process has stored. */
  readonly rounds: readonly RoundObserved[];
  /** Rounds of the batch before it in the same cluster. */
  readonly before: readonly RoundObserved[];
}

/** One watch for each validator of the release that looks by itself, by name. */
export function releaseWatches(state: Started, known: Known): Map<string, ValidatorWatch> {
  const watched = state.spec.validate.filter((validator) => !validator.confirm);
  return new Map(watched.map((validator) => [validator.name, watchFor(validator, known)]));
}

function watchFor(validator: Validator, { subject, rounds, before }: Known): ValidatorWatch {
  const { name, metric, latency, log, file } = validator;
  if (metric) return metricWatch(metric, findingsOf(before, name));
  if (latency) return latencyWatch(latency, findingsOf(before, name));
  if (log) return new LogWatch(log);
  if (file) return new FileWatch(file, subject, wasRead(findingsOf(rounds, name)));
  throw new Error(`${name} is a ${validatorKind(validator)} validator, which nobody watches`);
}

function wasRead(findings: readonly Finding[]): boolean {
  const last = findings.at(-1);
  return last?.kind === 'file' && last.judgement.verdict === 'passed';
}
