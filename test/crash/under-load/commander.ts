import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReleaseView } from '#domain';
import { isNoAnswer } from '../../../deploy/local/no-answer.mjs';
import type { Api } from '../../harness/api.js';
import type { Entry, Ledger } from './ledger.js';
import { ORDERS, type Order, type What } from './orders.js';

/** As long as a client waits for one answer, between two attempts, and for the answer in the end. */
const ATTEMPT_MS = 3_000;
const AGAIN_MS = 100;
const PATIENCE_MS = 90_000;

interface Command {
  readonly what: What;
  readonly path: string;
  readonly as: string;
  readonly body: object;
  readonly release: string | null;
}

/** Gives commands as a client should: the same one under the same key until there is a definite answer, written down. */
export class Commander {
  constructor(
    private readonly api: Api,
    private readonly ledger: Ledger,
  ) {}

  submit(document: object): Promise<Entry> {
    return this.give({ what: 'submit', path: '/v1/releases', as: 'author', body: document, release: null });
  }

  /** @param body what the order needs beside a reason */
  order(release: string, what: Order, body: object = {}, as: string = ORDERS[what].as): Promise<Entry> {
    const path = `/v1/releases/${release}/${ORDERS[what].path}`;
    const reason = what === 'confirm' ? {} : { reason: `${what} under load` };
    return this.give({ what, path, as, body: { ...reason, ...body }, release });
  }

  /** Asks until there is an answer. */
  async view(release: string): Promise<ReleaseView> {
    const { body } = await this.api.insist('GET', `/v1/releases/${release}`, { timeoutMs: ATTEMPT_MS });
    return body as unknown as ReleaseView;
  }

  /** Whether the audit tells that this command has happened. */
  async isTold({ what, release, revision }: Entry): Promise<boolean> {
    const { effect } = ORDERS[what as Order];
    const answer = await this.attempt('GET', `/v1/audit/releases/${release}?limit=5000`, {});
    const entries = (answer?.body.entries ?? []) as { type: string; revision: number }[];
    return entries.some((entry) => entry.type === effect && entry.revision === revision);
  }

  private async give({ what, path, as, body, release }: Command): Promise<Entry> {
    const key = randomUUID();
    const sentAt = Date.now();
    for (let attempts = 1; Date.now() < sentAt + PATIENCE_MS; attempts += 1) {
      const answer = await this.attempt('POST', path, { as, body, key, headers: { 'x-correlation-id': key } });
      if (answer && answer.status < 500) {
        const { id = release, code = null, revision = null } = answer.body as Partial<Acknowledgement & Problem>;
        const answeredAt = Date.now();
        const entry = { key, what, release: id, attempts, sentAt, answeredAt, status: answer.status, code, revision };
        this.ledger.write(entry);
        return entry;
      }
      if (answer && answer.status !== 503) this.ledger.improper.push(`${what}: ${JSON.stringify(answer)}`);
      await sleep(AGAIN_MS);
    }
    throw new Error(`${what} ${release ?? ''} (${key}) has no definite answer after ${PATIENCE_MS} ms`);
  }

  /** Null when nobody answered. */
  private async attempt(
    ...[method, path, ask]: Parameters<Api['ask']>
  ): Promise<Awaited<ReturnType<Api['ask']>> | null> {
    try {
      return await this.api.ask(method, path, { ...ask, timeoutMs: ATTEMPT_MS });
    } catch (error) {
      if (isNoAnswer(error)) return null;
      throw error;
    }
  }
}

interface Acknowledgement {
  readonly id: string;
  readonly revision: number;
}

interface Problem {
  readonly code: string;
}
