import { toMs } from '../values/duration.js';
import type { CommandContext, ReleaseCommand, ReleaseOrder } from './commands.js';
import { decide } from './decide.js';
import type { RecordedReleaseEvent, ReleaseEvent, ReleaseEventData, ReleaseEventType, UnitVersion } from './events.js';
import { evolve } from './evolve.js';
import type { Reading } from './reading.js';
import type { RefusalCode } from './refusal.js';
import { type Sketch, submission, TWO_WAVES } from './sketch.spec-support.js';
import { ABSENT, isStarted, type ReleaseState, type Started } from './state.js';
import type { VerdictKind } from './verdict.js';

export const OLD: UnitVersion = { version: '1.0.0', healthy: true };
export const NEW: UnitVersion = { version: '2.0.0', healthy: true };

type Actor = CommandContext['actor'];
const person = (id: string, level?: string): Actor => ({ kind: 'person', id, roles: ['operator', 'approver'], level });

export const AUTHOR = person('ada', 'director');
export const STARTER = person('sam');
export const OPERATOR = person('olga');
export const COLLEAGUE = person('cleo');
export const PEER = person('pete', 'peer');
export const OWNER = person('otto', 'owner');
export const DIRECTOR = person('dora', 'director');
export const EXECUTOR: Actor = { kind: 'service', id: 'executor' };
export const OBSERVER: Actor = { kind: 'service', id: 'observer' };

/** What a command came to, without what specs do not ask for: which events, or why not. */
export type Outcome = readonly ReleaseEvent[] | RefusalCode;

/**
 * A release so far, for specs: `given(story).when(order)` tells what would be decided, and the methods named like
 * deeds go on with the story. Nothing gets into its log but what `decide` says.
 */
export class Story {
  private constructor(
    readonly log: readonly RecordedReleaseEvent[],
    readonly state: ReleaseState,
    readonly now: number,
    /** What the executor's steady clock shows; null in a story whose executor has none. */
    readonly reading: Reading | null = null,
  ) {}

  static readonly NOTHING = new Story([], ABSENT, Date.parse('2026-01-05T08:00:00.000Z'));

  get at(): string {
    return new Date(this.now).toISOString();
  }

  get started(): Started {
    if (!isStarted(this.state)) throw new Error(`the release is ${this.state.status}`);
    return this.state;
  }

  /** What the order would come to now; the story stays as it is. */
  when(order: ReleaseOrder, actor: Actor = OPERATOR, reason?: string): Outcome {
    const decision = decide(this.command(order, actor, reason), this.state);
    return decision.ok
      ? decision.events.map(({ type, data }) => ({ type, data }) as ReleaseEvent)
      : decision.refusal.code;
  }

  /** The message of the refusal that the order would come to. */
  refusalOf(order: ReleaseOrder, actor: Actor = OPERATOR): string {
    const decision = decide(this.command(order, actor), this.state);
    if (decision.ok) throw new Error(`${order.type} is not refused`);
    return decision.refusal.message;
  }

  /** Goes on: the order is given and carried out. @throws Error when it is refused */
  does(order: ReleaseOrder, actor: Actor = OPERATOR, reason?: string): Story {
    const command = this.command(order, actor, reason);
    const decision = decide(command, this.state);
    if (!decision.ok) throw new Error(`${order.type} is refused: ${decision.refusal.code} ${decision.refusal.message}`);
    return this.with(decision.events, actor, command);
  }

  /** Goes on with events as they are, whoever wrote them. */
  with(events: readonly ReleaseEvent[], actor: Actor = EXECUTOR, by: Partial<Said> = {}): Story {
    const said = { commandId: `c${this.log.length}`, ...by, actor };
    const recorded = events.map((event, index) => recordedAs(event, this.at, this.log.length + index, said));
    return new Story([...this.log, ...recorded], recorded.reduce(evolve, this.state), this.now, this.reading);
  }

  after(duration: string): Story {
    const passed = toMs(duration);
    const reading = this.reading && { ...this.reading, ms: this.reading.ms + passed };
    return new Story(this.log, this.state, this.now + passed, reading);
  }

  /** The executor that goes on from here has a steady clock, which begins anew with its process. */
  carriedOutBy(process: string): Story {
    return new Story(this.log, this.state, this.now, { clock: process, ms: 0 });
  }

  /** The calendar is set, and no time passes. */
  withCalendarSet(by: number): Story {
    return new Story(this.log, this.state, this.now + by, this.reading);
  }

  advances(): Story {
    return this.does({ type: 'advance' }, EXECUTOR);
  }

  begins(batch: string, ...units: string[]): Story {
    return units.reduce(
      (story, unit) => story.does({ type: 'begin-unit', batch, unit, before: OLD }, EXECUTOR),
      this as Story,
    );
  }

  finishes(batch: string, ...units: string[]): Story {
    return units.reduce(
      (story, unit) =>
        story.does(
          {
            type: 'record-unit-deployed',
            batch,
            unit,
            attempt: story.unit(unit).attempt,
            before: OLD,
            after: NEW,
            changed: true,
          },
          EXECUTOR,
        ),
      this as Story,
    );
  }

  /** The attempt that is under way fails; the unit may be half changed. */
  fails(batch: string, unit: string, how: { retryable?: boolean; unchanged?: boolean } = {}): Story {
    const { retryable = false, unchanged = false } = how;
    const error = { code: 'command-failed', message: 'exit code 1', retryable };
    const attempt = this.unit(unit).attempt;
    return this.does({ type: 'record-unit-failed', batch, unit, attempt, error, unchanged }, EXECUTOR);
  }

  /** All units of a batch are deployed, and its observation begins. */
  deploys(batch: string): Story {
    const units = this.unitsOf(batch);
    return units.reduce((story, unit) => story.begins(batch, unit).finishes(batch, unit), this as Story).advances();
  }

  judges(batch: string, verdict: VerdictKind, validator = 'orders', sentence = `${validator} is ${verdict}`): Story {
    const found = this.started.plan.batchNumber.get(batch) ?? -1;
    const deployedAt = this.started.batches.at(found).deployedAt ?? '';
    const judgement = { verdict, sentence, evidence: { lines: 3 } };
    return this.does({ type: 'record-verdict', batch, validator, deployedAt, ...judgement }, OBSERVER);
  }

  /** The batch is deployed, observed for ten minutes and found good. */
  passes(batch: string): Story {
    return this.deploys(batch).after('10m').judges(batch, 'passed').advances();
  }

  putsBack(batch: string, ...units: string[]): Story {
    return units.reduce((story, unit) => {
      const begun = story.does({ type: 'begin-unit-rollback', batch, unit, from: NEW }, EXECUTOR);
      const attempt = begun.unit(unit).rollbackAttempt;
      return begun.does({ type: 'record-unit-rolled-back', batch, unit, attempt, from: NEW, to: OLD }, EXECUTOR);
    }, this as Story);
  }

  /** An attempt to put a unit back is begun and fails. */
  failsToPutBack(batch: string, unit: string, retryable = false): Story {
    const begun = this.does({ type: 'begin-unit-rollback', batch, unit, from: NEW }, EXECUTOR);
    const attempt = begun.unit(unit).rollbackAttempt;
    const error = { code: 'command-failed', message: 'exit code 1', retryable };
    return begun.does({ type: 'record-unit-rollback-failed', batch, unit, attempt, error }, EXECUTOR);
  }

  /** The statuses of its batches, by id. */
  get batches(): Readonly<Record<string, string>> {
    const { plan, batches } = this.started;
    return Object.fromEntries(plan.batches.map(({ id }, number) => [id, batches.at(number).status]));
  }

  unit(id: string) {
    return this.started.units.at(this.started.plan.unitNumber.get(id) ?? -1);
  }

  batch(id: string) {
    return this.started.batches.at(this.started.plan.batchNumber.get(id) ?? -1);
  }

  unitsOf(batch: string): string[] {
    return (this.started.plan.batches.find(({ id }) => id === batch)?.units ?? []).map(({ id }) => id);
  }

  /** The last so many events. */
  last(count: number): readonly { type: ReleaseEventType; data: unknown }[] {
    return this.log.slice(-count).map(({ type, data }) => ({ type, data }));
  }

  private command(order: ReleaseOrder, actor: Actor, reason?: string): ReleaseCommand {
    const reading = order.type === 'advance' || order.type === 'record-traffic-shifted' ? this.reading : null;
    const said = { commandId: `c${this.log.length}`, at: this.at, actor };
    return { ...order, ...said, ...(reason ? { reason } : {}), ...(reading ? { reading } : {}) };
  }
}

type Said = Pick<CommandContext, 'commandId' | 'actor' | 'reason' | 'reading'>;

/** A decided event as the log would give it back. An automatic one is written by its rule. */
export function recordedAs(event: ReleaseEvent, at: string, revision: number, by: Said): RecordedReleaseEvent {
  const actor = event.rule ? { kind: 'rule', id: event.rule } : { kind: by.actor.kind, id: by.actor.id };
  const reason = event.reason ?? by.reason;
  const reading = by.reading ? { reading: by.reading } : {};
  const meta = { commandId: by.commandId, actor, ...(reason ? { reason } : {}), ...reading };
  return { type: event.type, data: event.data, at, revision, meta } as RecordedReleaseEvent;
}

export function given(story: Story): Story {
  return story;
}

export function submitted(sketch: Sketch = TWO_WAVES): Story {
  return Story.NOTHING.does(submission(sketch), AUTHOR);
}

/** Started, and its first wave is open. */
export function running(sketch: Sketch = TWO_WAVES): Story {
  const story = submitted(sketch);
  const ready = story.state.status === 'ready' ? story : story.does({ type: 'approve' }, DIRECTOR);
  return ready.does({ type: 'start' }, STARTER).advances();
}

/** An event as an outcome has it. */
export function happened<T extends ReleaseEventType>(type: T, data: ReleaseEventData<T>) {
  return { type, data };
}
