import { z } from 'zod';
import { REFUSAL_CODES, RELEASE_STATUSES, type Refusal } from '#domain';
import { type EventStore, type NewEvent, NO_STREAM, type RecordedEvent } from '#event-store';
import { commitAll } from '../commit-all.js';

/** So many refusals of one release are kept; further ones are answered, but say nothing new. */
const MOST_REFUSALS = 1_000;

const CommandRefused = z.object({
  release: z.string(),
  command: z.string(),
  code: z.enum(REFUSAL_CODES),
  message: z.string(),
  status: z.enum(RELEASE_STATUSES),
});

/** The commands that a release refused, by the command's id: the same command again gets the same answer. */
export class RefusalRecord {
  private readonly refusals = new Map<string, Refusal>();
  private revision = NO_STREAM;

  private constructor(
    private readonly store: EventStore,
    private readonly stream: string,
  ) {}

  static async load(store: EventStore, release: string): Promise<RefusalRecord> {
    const record = new RefusalRecord(store, `refusal-${release}`);
    await record.catchUp();
    return record;
  }

  get(commandId: string): Refusal | undefined {
    return this.refusals.get(commandId);
  }

  /** Puts a refusal on record. Others may write to the same stream; what counts is that it is there. */
  async add(event: Omit<NewEvent, 'type' | 'data'>, command: string, release: string, refusal: Refusal): Promise<void> {
    if (this.refusals.size >= MOST_REFUSALS) return;
    const data = { release, command, code: refusal.code, message: refusal.message, status: refusal.status };
    const refused = { ...event, type: 'CommandRefused.v1', data };
    const { commandId } = event.meta;
    for (;;) {
      const commit = { stream: this.stream, expectedRevision: this.revision, commitId: commandId, events: [refused] };
      const result = await commitAll(this.store, { ...commit, patienceMs: 5_000 });
      if (result.outcome === 'appended') return this.take(commandId, refusal, result.revision);
      await this.catchUp();
      if (this.refusals.has(commandId)) return;
    }
  }

  private async catchUp(): Promise<void> {
    for await (const event of this.store.readStream(this.stream, this.revision + 1)) this.read(event);
  }

  private read(event: RecordedEvent): void {
    const { code, message, status } = CommandRefused.parse(event.data);
    this.take(event.meta.commandId, { code, message, status }, event.revision);
  }

  private take(commandId: string, refusal: Refusal, revision: number): void {
    this.refusals.set(commandId, refusal);
    this.revision = Math.max(this.revision, revision);
  }
}
