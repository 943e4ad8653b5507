import type { Environment, Judgement } from '#domain';
import {
  addTallies,
  type CallPositions,
  type CallTally,
  ClosedLoop,
  judgeClosedLoop,
  NO_CALLS,
  type OtlpReceiver,
  readCallFiles,
} from '#traffic';

/** Watches the calls of an environment as an observer does: round by round, over files or the spans that came in. */
export class ClosedLoopWatch {
  readonly #loop: ClosedLoop;
  #positions: CallPositions = {};
  #unreadable: readonly string[] = [];
  #tally: CallTally = NO_CALLS;

  private constructor(
    private readonly environment: Environment,
    private readonly receiver: OtlpReceiver | null,
  ) {
    this.#loop = new ClosedLoop(environment.spec);
  }

  /** Calls count from now on. */
  static async start(environment: Environment, receiver: OtlpReceiver | null = null): Promise<ClosedLoopWatch> {
    const watch = new ClosedLoopWatch(environment, receiver);
    await watch.round();
    return watch;
  }

  get tally(): CallTally {
    return this.#tally;
  }

  /** Reads everything that is there. */
  async round(): Promise<void> {
    for (let behind = true; behind; ) {
      const read = await readCallFiles(this.environment.spec.calls, this.#positions);
      this.#positions = read.positions;
      this.#unreadable = read.unreadable;
      this.#add(read);
      behind = read.behind;
    }
    if (this.receiver) this.#add(this.receiver.take());
    this.#tally = addTallies(this.#tally, this.#loop.take());
  }

  judge(minimumCalls: number): Judgement {
    return judgeClosedLoop([this.#tally], this.environment.spec, { minimumCalls, unreadable: this.#unreadable });
  }

  #add({ calls, damaged }: Pick<Awaited<ReturnType<typeof readCallFiles>>, 'calls' | 'damaged'>): void {
    for (const call of calls) this.#loop.add(call);
    this.#loop.addDamaged(damaged);
  }
}
