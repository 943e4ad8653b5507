import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNoAnswer } from '../../../deploy/local/no-answer.mjs';
import type { Api } from '../../harness/api.js';

const BETWEEN_MS = 100;
const AGAIN_MS = 250;

/** A command that was answered well: it is in the log, once. */
export interface Acknowledged {
  readonly type: 'ReleaseSubmitted.v1' | 'ReleaseWithdrawn.v1';
  readonly release: string;
}

/**
 * People who submit a release and withdraw it, again and again. What is not answered, or answered with 503, is asked
 * again under the same key, as a client should.
 */
export class CommandLoad {
  readonly acknowledged: Acknowledged[] = [];
  private readonly refusals: { readonly at: number; readonly why: string }[] = [];
  private longestMs = 0;
  private readonly stopping = new AbortController();
  private isAbandoned = false;
  private readonly running: Promise<unknown>;

  /** @param document makes a release that nobody has submitted yet */
  constructor(
    private readonly api: Api,
    private readonly document: () => object,
    people: number,
  ) {
    this.running = Promise.all(Array.from({ length: people }, () => this.run()));
    // Looked at when it is stopped.
    this.running.catch(() => undefined);
  }

  /** Settles when the last command has its answer. @throws what kept one of them from going on */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Asks no more, not even for what has no answer yet. */
  abandon(): void {
    this.stopping.abort();
    this.isAbandoned = true;
  }

  /** What people had of it, in lines. */
  get report(): string[] {
    const seconds = new Set(this.refusals.map(({ at }) => Math.floor(at / 1_000))).size;
    const reasons = new Map<string, number>();
    for (const { why } of this.refusals) reasons.set(why, (reasons.get(why) ?? 0) + 1);
    return [
      `commands: ${this.acknowledged.length} acknowledged; the longest wait was ${(this.longestMs / 1_000).toFixed(1)} s`,
      `refused with 503, or not answered, in ${seconds} different seconds:`,
      ...[...reasons].map(([why, count]) => `  ${count} × ${why}`),
    ];
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const submitted = await this.insist('/v1/releases', this.document());
      const release = String(submitted.id);
      this.acknowledged.push({ type: 'ReleaseSubmitted.v1', release });
      await this.insist(`/v1/releases/${release}/withdraw`, { reason: 'it was to be seen and no more' });
      this.acknowledged.push({ type: 'ReleaseWithdrawn.v1', release });
      await sleep(BETWEEN_MS);
    }
  }

  private async insist(path: string, body: object): Promise<Record<string, unknown>> {
    const key = randomUUID();
    const began = performance.now();
    for (;;) {
      const answer = await this.api.ask('POST', path, { as: 'author', body, key }).catch((error: unknown) => {
        if (isNoAnswer(error)) return null;
        throw error;
      });
      if (answer !== null && answer.status < 300) {
        this.longestMs = Math.max(this.longestMs, performance.now() - began);
        return answer.body;
      }
      if (answer !== null && answer.status !== 503) {
        throw new Error(`${path} is answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
      const why =
        answer === null ? 'no answer' : String(answer.body.detail).replaceAll(/\S*load-\d+-\w+/g, 'a release');
      if (this.isAbandoned) throw new Error(`${path} is not asked again`);
      this.refusals.push({ at: performance.now(), why });
      await sleep(AGAIN_MS);
    }
  }
}
