import type { What } from './orders.js';

/** A command as a client gave it, and what it was told in the end. Times are milliseconds since 1970. */
export interface Entry {
  /** Its `Idempotency-Key`, and the correlation id by which its events are found in the log. */
  readonly key: string;
  readonly what: What;
  /** Null for a submission that came to nothing. */
  readonly release: string | null;
  readonly attempts: number;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly status: number;
  /** Of a refusal. */
  readonly code: string | null;
  /** The release's, by an acknowledgement. */
  readonly revision: number | null;
}

/** What clients remember of their commands. It is what the log is held against. */
export class Ledger {
  readonly acknowledged: Entry[] = [];
  readonly refused: Entry[] = [];
  /** Answers that no command should ever get, however often something dies: `500`, say. */
  readonly improper: string[] = [];

  write(entry: Entry): void {
    (entry.status < 300 ? this.acknowledged : this.refused).push(entry);
  }

  /** Commands that had to be sent more than once. */
  get retried(): number {
    return [...this.acknowledged, ...this.refused].filter(({ attempts }) => attempts > 1).length;
  }

  get releases(): string[] {
    return this.acknowledged.flatMap(({ what, release }) => (what === 'submit' && release !== null ? release : []));
  }
}
