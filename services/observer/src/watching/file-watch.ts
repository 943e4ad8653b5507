import type { FileCheck, Judgement } from '#domain';
import { checkFiles, type JudgeContext, unavailable } from '#metrics';
import type { Finding } from './observation.js';
import type { Round, ValidatorWatch } from './validator-watch.js';

/** Reads a file back from the changed units, until each has served the right one. */
export class FileWatch implements ValidatorWatch {
  readonly scrapes = null;
  readonly countsFromDeployment = true;

  constructor(
    private readonly check: FileCheck,
    private readonly subject: string,
    private settled: boolean,
  ) {}

  async observe({ units, timeoutMs, signal }: Round): Promise<Finding | null> {
    if (this.settled) return null;
    const judgement = await checkFiles(this.check, units.changed, { subject: this.subject, timeoutMs, signal });
    this.settled = judgement.verdict === 'passed';
    return { kind: 'file', judgement };
  }

  judge(findings: readonly Finding[], context: JudgeContext): Judgement {
    const last = findings.at(-1);
    if (last?.kind === 'file') return last.judgement;
    return unavailable(context.subject, `${this.check.path} was not read yet`);
  }
}
