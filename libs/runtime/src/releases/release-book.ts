import {
  decide,
  RELEASE_EVENTS,
  type Reading,
  type Refusal,
  type ReleaseCommand,
  type ReleaseEvent,
  type ReleaseOrder,
  type ReleaseOrderType,
  type ReleaseStatus,
} from '#domain';
import { type Actor, type EventStore, type NewEvent, NO_STREAM, type RecordedEvent } from '#event-store';
import { type Clock, iso } from '../clock.js';
import { commitAll } from '../commit-all.js';
import { eventId } from '../event-identity.js';
import { KeyedQueue } from '../keyed-queue.js';
import { activeTrace } from '../tracing/trace-context.js';
import { RefusalRecord } from './refusal-record.js';
import { ReleaseFile } from './release-file.js';

/** Who orders something, under which id, and why. */
export interface Orderer {
  readonly commandId: string;
  readonly actor: Actor & { readonly roles?: readonly string[]; readonly level?: string | undefined };
  readonly reason?: string | undefined;
  readonly correlationId?: string;
  readonly traceparent?: string | undefined;
  /** The steady clock of whoever carries the release out; it is read when the order is decided. */
  readonly reading?: (() => Reading) | undefined;
  /** The revision that was seen; refused when the release has moved on. */
  readonly expectedRevision?: number | undefined;
}

/** What an order came to. `moved-on`: it was given to an earlier revision than the release has now. */
export type Outcome =
  | {
      readonly outcome: 'done';
      readonly status: ReleaseStatus;
      readonly revision: number;
      readonly events: readonly RecordedEvent[];
    }
  | { readonly outcome: 'refused'; readonly refusal: Refusal; readonly revision: number }
  | { readonly outcome: 'moved-on'; readonly status: ReleaseStatus; readonly revision: number };

interface Options {
  /** Finished releases kept in memory for questions. */
  readonly finishedKept?: number;
  /** For how long a store that is away is tried again. */
  readonly patienceMs?: number;
}

/**
 * The releases of this process: folded states kept in memory, and the one way to change them: decide on the state as
 * it is known, append with the expected revision, and on a conflict read on and decide again.
 */
export class ReleaseBook {
  /** Releases in which something can still happen. */
  private readonly alive = new Map<string, ReleaseFile>();
  /** Others that somebody asked for, the one asked for last at the end. */
  private readonly finished = new Map<string, ReleaseFile>();
  private readonly refusals = new Map<string, RefusalRecord>();
  private readonly queue = new KeyedQueue();
  private readonly finishedKept: number;
  private readonly patienceMs: number;

  constructor(
    readonly store: EventStore,
    private readonly clock: Clock,
    options: Options = {},
  ) {
    this.finishedKept = options.finishedKept ?? 100;
    this.patienceMs = options.patienceMs ?? 5_000;
  }

  /** The release as this process knows it; nothing is read. */
  known(release: string): ReleaseFile | undefined {
    return this.alive.get(release) ?? this.finished.get(release);
  }

  /** Releases in which something can still happen, as this process knows them. */
  live(): ReleaseFile[] {
    return [...this.alive.values()];
  }

  /** Orders and reads that are being carried out or wait for those of the same release before them. */
  get pending(): number {
    return this.queue.size;
  }

  /** The release as the log has it now. */
  fresh(release: string): Promise<ReleaseFile> {
    return this.queue.run(release, async () => {
      const file = this.open(release);
      await file.catchUp(this.store);
      this.keep(file);
      return file;
    });
  }

  /**
   * Takes an event that a subscription delivered; the file when it was new, else null. The next event of a known release
   * waits for nobody: an order that is being stored meanwhile finds out by itself that it came too late.
   */
  async take(release: string, event: RecordedEvent): Promise<ReleaseFile | null> {
    const known = this.known(release);
    if (known && event.revision <= known.revision) return null;
    if (known && event.revision === known.revision + 1) return this.takeNext(known, event);
    return this.queue.run(release, async () => {
      const file = this.open(release);
      if (event.revision <= file.revision) return null;
      if (event.revision === file.revision + 1) return this.takeNext(file, event);
      await file.catchUp(this.store);
      this.keep(file);
      return file;
    });
  }

  private takeNext(file: ReleaseFile, event: RecordedEvent): ReleaseFile {
    file.take(event);
    this.keep(file);
    return file;
  }

  /**
   * Carries out an order, once, however often it is sent under its id.
   * @throws StoreUnavailable when the log could not be reached; the same order may be sent again
   */
  order(release: string, order: ReleaseOrder, by: Orderer): Promise<Outcome> {
    return this.queue.run(release, async () => {
      const file = this.open(release);
      if (file.revision < (by.expectedRevision ?? 0)) await file.catchUp(this.store);
      const outcome = await this.decideAndAppend(file, order, by);
      this.keep(file);
      return outcome;
    });
  }

  /**
   * Puts a refusal on record that is not the release's own to decide: what other releases have to do with it. It stands
   * on record also where it keeps the release from being made at all.
   */
  refuse(release: string, command: ReleaseOrderType, refusal: Refusal, by: Orderer): Promise<Outcome> {
    return this.queue.run(release, async () => {
      const file = this.open(release);
      const answered = (await this.answered(file, by)) ?? (await this.refusedBefore(file, by));
      if (answered) return answered;
      await this.record(file, command, by, iso(this.clock.now()), refusal);
      return { outcome: 'refused', refusal, revision: file.revision };
    });
  }

  /** What the same command was refused for, when it is one that made no release; null when it was not refused. */
  refused(release: string, by: Orderer): Promise<Outcome | null> {
    return this.queue.run(release, () => this.refusedBefore(this.open(release), by));
  }

  private async refusedBefore(file: ReleaseFile, by: Orderer): Promise<Outcome | null> {
    if (by.actor.kind !== 'person') return null;
    const refusal = (await this.refusalsOf(file)).get(by.commandId);
    return refusal ? { outcome: 'refused', refusal, revision: file.revision } : null;
  }

  private async decideAndAppend(file: ReleaseFile, order: ReleaseOrder, by: Orderer): Promise<Outcome> {
    for (;;) {
      const answered = await this.answered(file, by);
      if (answered) return answered;
      const { expectedRevision } = by;
      if (expectedRevision !== undefined && expectedRevision < file.revision) {
        return { outcome: 'moved-on', status: file.state.status, revision: file.revision };
      }
      const at = iso(this.clock.now());
      const command = asCommand(order, by, at);
      const decision = decide(command, file.state);
      if (!decision.ok) {
        const before = file.revision;
        await file.catchUp(this.store);
        if (file.revision !== before) continue;
        // A release that is not there has no story.
        if (file.state.status !== 'absent') await this.record(file, order.type, by, at, decision.refusal);
        return { outcome: 'refused', refusal: decision.refusal, revision: file.revision };
      }
      const events = decision.events.map((event, index) => newEvent(file, event, index, by, command));
      if (events.length === 0) return done(file, []);
      const commit = { stream: file.stream, expectedRevision: file.revision, commitId: by.commandId, events };
      const before = file.revision;
      const result = await commitAll(this.store, { ...commit, patienceMs: this.patienceMs });
      if (result.outcome === 'conflict') {
        // The subscription may have brought already what came in between.
        if (file.revision < result.revision || file.revision === before) await file.catchUp(this.store);
        continue;
      }
      if (result.revision - before === result.events.length) for (const event of result.events) file.take(event);
      else await file.catchUp(this.store);
      return done(file, result.events);
    }
  }

  /** What the same command came to the first time, if there was one. */
  private async answered(file: ReleaseFile, by: Orderer): Promise<Outcome | null> {
    if (by.actor.kind !== 'person') return null;
    const answer = file.state.status === 'absent' ? undefined : file.state.answers.get(by.commandId);
    if (answer) return { outcome: 'done', status: answer.status, revision: answer.revision, events: [] };
    return file.state.status === 'absent' ? null : this.refusedBefore(file, by);
  }

  /** What people were refused is part of the story. */
  private async record(
    file: ReleaseFile,
    command: ReleaseOrderType,
    by: Orderer,
    at: string,
    refusal: Refusal,
  ): Promise<void> {
    if (by.actor.kind !== 'person') return;
    const record = await this.refusalsOf(file);
    const id = eventId(`refusal-${file.release}`, by.commandId, 0);
    await record.add({ id, at, meta: metaOf(file, by, {}) }, command, file.release, refusal);
  }

  private async refusalsOf({ release, state }: ReleaseFile): Promise<RefusalRecord> {
    const known = this.refusals.get(release);
    if (known) return known;
    const record = await RefusalRecord.load(this.store, release);
    // Of releases that are not there nothing is kept in memory: there may be any number of them.
    if (state.status !== 'absent') this.refusals.set(release, record);
    return record;
  }

  private open(release: string): ReleaseFile {
    return this.known(release) ?? new ReleaseFile(release);
  }

  /** Live releases stay in memory; of the others only the last few that were asked for, and none that does not exist. */
  private keep(file: ReleaseFile): void {
    const { release } = file;
    this.finished.delete(release);
    if (file.isLive()) {
      this.alive.set(release, file);
      return;
    }
    this.alive.delete(release);
    if (file.revision !== NO_STREAM) this.finished.set(release, file);
    const [oldest] = this.finished.keys();
    if (oldest !== undefined && this.finished.size > this.finishedKept) {
      this.finished.delete(oldest);
      this.refusals.delete(oldest);
    }
  }
}

function asCommand(order: ReleaseOrder, by: Orderer, at: string): ReleaseCommand {
  const reading = by.reading?.();
  return {
    ...order,
    commandId: by.commandId,
    at,
    actor: by.actor,
    ...(by.reason ? { reason: by.reason } : {}),
    ...(reading ? { reading } : {}),
  };
}

function newEvent(
  file: ReleaseFile,
  event: ReleaseEvent,
  index: number,
  by: Orderer,
  { at, reading }: ReleaseCommand,
): NewEvent {
  const { type } = event;
  // What could not be read again is never written. A refusal here is a defect of the decider.
  const data = RELEASE_EVENTS[type].parse(event.data);
  return {
    id: eventId(file.stream, `${by.commandId}@${file.revision}`, index),
    type,
    at,
    data,
    meta: { ...metaOf(file, by, event), ...(reading ? { reading } : {}) },
  };
}

function metaOf(file: ReleaseFile, by: Orderer, event: { rule?: string; reason?: string }): NewEvent['meta'] {
  const reason = event.reason ?? by.reason;
  // While no spans are made here, the trace of whoever began is passed on as it came.
  const traceparent = by.traceparent ?? activeTrace()?.traceparent ?? file.traces.last;
  const { kind, id } = by.actor;
  return {
    commandId: by.commandId,
    actor: event.rule ? { kind: 'rule', id: event.rule } : { kind, id },
    ...(reason ? { reason } : {}),
    correlationId: by.correlationId ?? file.release,
    causationId: by.actor.kind === 'person' || !file.lastEvent ? by.commandId : file.lastEvent,
    ...(traceparent ? { traceparent } : {}),
  };
}

function done(file: ReleaseFile, events: readonly RecordedEvent[]): Outcome {
  return { outcome: 'done', status: file.state.status, revision: file.revision, events };
}
