import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { isStarted, RELEASE_EVENTS, type ReleaseState, STAGING_VALIDATORS, validatorKind } from '#domain';
import { METRICS, type Outcome } from '#runtime';

const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How much is watched, how long a look takes, and what was found. */
@Injectable()
export class WatchMetrics {
  private readonly watched: Gauge;
  private readonly rounds: Histogram;
  private readonly verdicts: Counter<'kind' | 'verdict'>;

  constructor(@Inject(METRICS) metrics: Registry) {
    const registers = [metrics];
    this.watched = new Gauge({
      name: 'sluice_batches_watched',
      help: 'Batches that this process watches now.',
      registers,
    });
    this.rounds = new Histogram({
      name: 'sluice_observation_round_duration_seconds',
      help: 'How long a look at one batch by all its validators took, until it was in the log.',
      buckets: SECONDS,
      registers,
    });
    this.verdicts = new Counter({
      name: 'sluice_verdicts_total',
      help: 'Verdicts that were written into the log, by the kind of the validator.',
      labelNames: ['kind', 'verdict'],
      registers,
    });
  }

  /** A batch is watched for as long as the task goes on. */
  async whileWatched(task: () => Promise<void>): Promise<void> {
    this.watched.inc();
    try {
      await task();
    } finally {
      this.watched.dec();
    }
  }

  /** Takes the time of a round that came to its end. */
  async round(task: () => Promise<void>): Promise<void> {
    const end = this.rounds.startTimer();
    await task();
    end();
  }

  /** Counts the verdicts that an order has brought into the log. */
  count(outcome: Outcome, state: ReleaseState): void {
    if (outcome.outcome !== 'done') return;
    for (const { type, data } of outcome.events) {
      if (type !== 'VerdictReached.v1') continue;
      const { validator, verdict } = RELEASE_EVENTS[type].parse(data);
      this.verdicts.inc({ kind: kindOf(validator, state), verdict });
    }
  }
}

/** People choose the names of validators; there is an end to their kinds. */
function kindOf(name: string, state: ReleaseState): string {
  const validators = isStarted(state) ? state.spec.validate : [];
  const validator = validators.find((candidate) => candidate.name === name);
  if (validator) return validatorKind(validator);
  return STAGING_VALIDATORS.find((own) => own === name) ?? 'unknown';
}
