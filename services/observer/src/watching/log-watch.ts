import type { Judgement, LogCheck } from '#domain';
import { type JudgeContext, judgeLog, type LogPositions, NO_POSITIONS, readLogs, unavailable } from '#metrics';
import { type Finding, logTallies } from './observation.js';
import type { Round, ValidatorWatch } from './validator-watch.js';

/** Watches a log of the changed units. */
export class LogWatch implements ValidatorWatch {
  readonly scrapes = null;
  private positions: LogPositions = NO_POSITIONS;

  constructor(private readonly check: LogCheck) {}

  async observe({ at, units, timeoutMs, signal }: Round): Promise<Finding> {
    const read = await readLogs(this.check, units.changed, this.positions, at, { timeoutMs, signal });
    if (!read.ok) return { kind: 'nothing', why: read.why };
    this.positions = read.positions;
    return { kind: 'log', tally: read.tally };
  }

  judge(findings: readonly Finding[], context: JudgeContext): Judgement {
    const last = findings.at(-1);
    if (last?.kind === 'nothing') return unavailable(context.subject, last.why);
    return judgeLog(this.check, logTallies(findings), context);
  }
}
