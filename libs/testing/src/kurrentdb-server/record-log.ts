import { EventEmitter } from 'node:events';

/** What a writer proposes. */
export interface ProposedRecord {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** A record with its places. */
export interface LogRecord extends ProposedRecord {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
}

/** What a writer says about the end of the stream. */
export type Expected = number | 'any' | 'none';

/** `again` is KurrentDB's own idempotence: the same ids stand where they would have been written. */
export type WriteOutcome =
  | { readonly outcome: 'stored'; readonly revision: number; readonly position: number }
  | { readonly outcome: 'again'; readonly revision: number }
  | { readonly outcome: 'wrong-version'; readonly current: number };

/** What the nodes of a cluster have in common. Positions are places in a file, so they have gaps. */
export class RecordLog {
  readonly all: LogRecord[] = [];
  readonly #streams = new Map<string, LogRecord[]>();
  readonly #growth = new EventEmitter().setMaxListeners(0);
  #end = 131;

  of(stream: string): readonly LogRecord[] {
    return this.#streams.get(stream) ?? [];
  }

  onGrowth(listener: () => void): () => void {
    this.#growth.on('growth', listener);
    return () => this.#growth.off('growth', listener);
  }

  append(stream: string, expected: Expected, proposed: readonly ProposedRecord[]): WriteOutcome {
    const records = this.#streams.get(stream) ?? [];
    const current = records.length - 1;
    const wanted = revisionOf(expected, current);
    if (wanted < current) {
      const stands = proposed.every(({ id }, index) => records[wanted + 1 + index]?.id === id);
      if (stands) return { outcome: 'again', revision: wanted + proposed.length };
    }
    if (wanted !== current) return { outcome: 'wrong-version', current };
    for (const record of proposed) {
      const placed = { ...record, stream, revision: records.length, position: this.#end };
      // A record is as long as what is in it, and there are records of the server's own in between.
      this.#end += 97 + record.data.length + record.metadata.length;
      records.push(placed);
      this.all.push(placed);
    }
    this.#streams.set(stream, records);
    this.#growth.emit('growth');
    return { outcome: 'stored', revision: records.length - 1, position: records.at(-1)?.position ?? 0 };
  }
}

/** The revision at which the stream has to end. */
function revisionOf(expected: Expected, current: number): number {
  if (expected === 'any') return current;
  return expected === 'none' ? -1 : expected;
}
