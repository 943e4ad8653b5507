import { isClosed, isEnd, isStarted, type StagingEffect, type Started, stagingNow } from '#domain';
import type { ReleaseFile } from '#runtime';
import type { TrafficTask, TrafficWork } from './traffic-work.js';

interface InHand {
  readonly task: TrafficTask;
  readonly stopping: AbortController;
  readonly done: Promise<void>;
}

/**
 * The traffic of one release. One change is in hand at a time; when another one is wanted, the first is called off and
 * its end awaited, so that two never reach the router at once. Between changes it sees to it that what was set stays.
 */
export class TrafficRun {
  private inHand: InHand | null = null;

  constructor(
    private readonly file: ReleaseFile,
    private readonly work: TrafficWork,
    private readonly signal: AbortSignal,
    private readonly onDone: () => void,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  get isIdle(): boolean {
    return this.inHand === null;
  }

  /** Takes up what is due, unless it is in hand already. */
  look(effect: StagingEffect | null): void {
    if (this.signal.aborted) return;
    const task = this.taskFor(effect);
    if (this.inHand) {
      // A change whose outcome is not known yet goes on, also while nothing is due: only another one takes its place.
      const isKeeping = this.inHand.task.shift === null;
      if (task?.key !== this.inHand.task.key && (task || isKeeping)) this.inHand.stopping.abort();
      return;
    }
    if (task) this.begin(task);
  }

  async stop(): Promise<void> {
    this.inHand?.stopping.abort();
    await this.inHand?.done;
  }

  private taskFor(effect: StagingEffect | null): TrafficTask | null {
    const { state } = this.file;
    if (!isStarted(state) || isEnd(state.status)) return null;
    const staging = stagingNow(state);
    if (!staging) return null;
    if (effect?.kind === 'shift')
      return { key: `shift ${effect.shift} ${triesOf(state)}`, to: effect.to, shift: effect.shift };
    const { shifting, split, shift } = staging.traffic;
    return shifting || isClosed(split) ? null : { key: `keep ${shift}`, to: split, shift: null };
  }

  private begin(task: TrafficTask): void {
    const stopping = new AbortController();
    const signal = AbortSignal.any([this.signal, stopping.signal]);
    const done = this.work.carryOut(task, this.file, signal).then(
      () => {
        this.inHand = null;
        this.onDone();
      },
      (error: unknown) => {
        this.inHand = null;
        this.onFailure(error);
      },
    );
    this.inHand = { task, stopping, done };
  }
}

/** Each attempt at a change is a task of its own. */
function triesOf(state: Started): number {
  return state.traffic?.tries ?? 0;
}
