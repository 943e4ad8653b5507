import type { Judgement, LatencyCheck, MetricCheck } from '#domain';
import {
  addReading,
  type Bases,
  baselineOf,
  type CounterReader,
  type JudgeContext,
  judgeLatency,
  judgeMetric,
  latencyBaselineOf,
  latencyReader,
  metricReader,
  NO_BASES,
  type Tally,
  unavailable,
} from '#metrics';
import { counterTallies, type Finding } from './observation.js';
import type { Round, ValidatorWatch } from './validator-watch.js';

type Judge = (tallies: readonly Tally[], context: JudgeContext) => Judgement;

/** Watches counters of the changed and the unchanged units. */
class CounterWatch implements ValidatorWatch {
  private bases: Bases = NO_BASES;

  constructor(
    private readonly path: string,
    private readonly reader: CounterReader,
    private readonly judgeTallies: Judge,
  ) {}

  get scrapes() {
    return { path: this.path, names: this.reader.names };
  }

  async observe(round: Round): Promise<Finding> {
    const scraped = await round.scrape(this.path);
    const units = Object.fromEntries([...scraped].map(([unit, result]) => [unit, this.reader.read(result)]));
    const changed = round.units.changed.map((unit) => unit.id);
    const control = round.units.control.map((unit) => unit.id);
    const { bases, tally } = addReading(this.bases, { at: round.at, units }, { changed, control });
    this.bases = bases;
    return { kind: 'counters', tally };
  }

  judge(findings: readonly Finding[], context: JudgeContext): Judgement {
    return this.judgeTallies(counterTallies(findings), context);
  }
}

/** @param before the rounds of the cluster's batch before, whose control is the baseline when there is none any more */
export function metricWatch(check: MetricCheck, before: readonly Finding[]): ValidatorWatch {
  const baseline = baselineOf(counterTallies(before));
  const judge: Judge = (tallies, context) => judgeMetric(check, tallies, { ...context, baseline });
  return watchWith(metricReader(check), check.path, judge);
}

export function latencyWatch(check: LatencyCheck, before: readonly Finding[]): ValidatorWatch {
  const baseline = latencyBaselineOf(counterTallies(before));
  const judge: Judge = (tallies, context) => judgeLatency(check, tallies, { ...context, baseline });
  return watchWith(latencyReader(check), check.path, judge);
}

function watchWith(read: ReturnType<typeof metricReader>, path: string, judge: Judge): ValidatorWatch {
  return read.ok ? new CounterWatch(path, read.reader, judge) : new BlindWatch(read.why);
}

/** A validator that cannot look at all. It never passes, and says why. */
export class BlindWatch implements ValidatorWatch {
  readonly scrapes = null;

  constructor(private readonly why: string) {}

  async observe(): Promise<Finding> {
    return { kind: 'nothing', why: this.why };
  }

  judge(_findings: readonly Finding[], context: JudgeContext): Judgement {
    return unavailable(context.subject, this.why);
  }
}
