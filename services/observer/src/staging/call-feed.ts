import { z } from 'zod';
import type { CallSource, EnvironmentSpec } from '#domain';
import { CallPosition, type CallRecord, type NewCalls, readCallFiles } from '#traffic';
import type { OtlpInbox, SpanSubscription } from './otlp-inbox.js';

/** How far each file of calls was read. */
export const CallPositions = z.record(z.string(), CallPosition);
export type CallPositions = z.infer<typeof CallPositions>;

/** What was new in all places where calls of an environment can be read. */
export interface FeedRead extends NewCalls {
  readonly positions: CallPositions;
}

/** So many times a reader goes on that finds more than it takes at once. */
const READS_A_STEP = 8;

/** The places where the calls of one environment can be read: files, and the spans that come in. */
export class CallFeed {
  private readonly files: readonly CallSource[];
  private readonly spans: SpanSubscription | null;
  private readonly wantsSpans: boolean;

  constructor(
    spec: Pick<EnvironmentSpec, 'calls' | 'tag'>,
    private readonly inbox: OtlpInbox,
  ) {
    this.files = spec.calls.filter((source) => 'file' in source);
    this.wantsSpans = spec.calls.some((source) => 'otlp' in source);
    this.spans = this.wantsSpans ? inbox.subscribe(spec.tag) : null;
  }

  close(): void {
    this.spans?.close();
  }

  /** Where the files end now. What stands in them belongs to the time before. */
  async ends(): Promise<CallPositions> {
    const { positions } = await this.readFrom({});
    return positions;
  }

  /** What was added since these positions; a file without one counts from its end on. */
  async readFrom(from: CallPositions): Promise<FeedRead> {
    const calls: CallRecord[] = [];
    const unreadable: string[] = [];
    let positions = from;
    let damaged = 0;
    for (let reads = 1; ; reads += 1) {
      const read = await readCallFiles(this.files, positions);
      for (const call of read.calls) calls.push(call);
      damaged += read.damaged;
      positions = read.positions;
      if (read.behind && reads < READS_A_STEP) continue;
      unreadable.push(...read.unreadable);
      // What has not been read yet may hold a leak.
      if (read.behind) unreadable.push('calls are recorded faster than they can be read');
      break;
    }
    const spans = this.takeSpans(unreadable);
    for (const call of spans.calls) calls.push(call);
    return { calls, damaged: damaged + spans.damaged, unreadable, positions };
  }

  private takeSpans(unreadable: string[]) {
    if (this.wantsSpans && !this.spans)
      unreadable.push('spans are not taken here: the observer has no OBSERVER_OTLP to listen at');
    this.inbox.deliver();
    return this.spans?.take() ?? { calls: [], damaged: 0 };
  }
}
