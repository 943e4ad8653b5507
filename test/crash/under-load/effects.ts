import { REFUSAL_CODES } from '#domain';
import type { RecordedEvent } from '#event-store';
import type { Entry, Ledger } from './ledger.js';
import { effectOf } from './orders.js';

/** What the log says against what clients were told. Empty is as it should be. */
export interface Discrepancies {
  /** Acknowledged, or refused on record, and not in the log. */
  readonly lost: readonly string[];
  /** In the log more than once, or beside what the command is about. */
  readonly wrong: readonly string[];
  /** Effects of people's commands that nobody gave, or that were refused. */
  readonly unasked: readonly string[];
  /** Acknowledged before another was given, and after it in the log. */
  readonly overtaken: readonly string[];
}

/** Holds the log against the ledger. */
export function discrepancies(log: readonly RecordedEvent[], ledger: Ledger): Discrepancies {
  const byKey = groupBy(
    log.filter(({ stream }) => stream.startsWith('release-') || stream.startsWith('refusal-')),
    ({ meta }) => meta.correlationId,
  );
  const lost: string[] = [];
  const wrong: string[] = [];
  const asked = new Set<string>();
  for (const entry of [...ledger.acknowledged, ...ledger.refused]) {
    const { stream, type, effects } = expectationOf(entry);
    const events = byKey.get(entry.key) ?? [];
    asked.add(entry.key);
    const found = events.filter((event) => event.type === type);
    if (found.length < effects) lost.push(said(entry));
    else if (found.length > effects) wrong.push(`${said(entry)} took effect ${found.length} times`);
    if (!isOneCommit(events, stream)) wrong.push(`${said(entry)} is not one commit to ${stream}`);
    if (effects === 0 && events.length > 0) wrong.push(`${said(entry)} has left something in the log`);
    const last = events.at(-1)?.revision ?? -1;
    if (entry.revision !== null && last > entry.revision) wrong.push(`${said(entry)} was told of before it happened`);
  }
  const unasked = [...byKey.entries()].flatMap(([key, [event]]) => {
    return event && event.meta.actor.kind === 'person' && !asked.has(key) ? `${event.stream}: ${event.type}` : [];
  });
  return { lost, wrong, unasked, overtaken: overtakenIn(byKey, ledger) };
}

interface Expectation {
  readonly stream: string;
  readonly type: string;
  readonly effects: 0 | 1;
}

function expectationOf({ what, release, status, code }: Entry): Expectation {
  if (status < 300) return { stream: `release-${release}`, type: effectOf(what), effects: 1 };
  // What a release refuses stands beside it; a document that is not sound leaves nothing behind.
  const isOnRecord = release !== null && (REFUSAL_CODES as readonly (string | null)[]).includes(code);
  return { stream: `refusal-${release}`, type: 'CommandRefused.v1', effects: isOnRecord ? 1 : 0 };
}

/** The events of one command: one stream, one command id, one after another. */
function isOneCommit(events: readonly RecordedEvent[], stream: string): boolean {
  return events.every((event, index) => {
    const { revision = event.revision - 1, meta = event.meta } = events[index - 1] ?? {};
    return event.stream === stream && event.revision === revision + 1 && event.meta.commandId === meta.commandId;
  });
}

function overtakenIn(byKey: ReadonlyMap<string, readonly RecordedEvent[]>, { acknowledged }: Ledger): string[] {
  const ofRelease = groupBy(acknowledged, ({ release }) => release);
  return [...ofRelease.values()].flatMap((entries) => {
    const inOrder = entries.toSorted((a, b) => a.sentAt - b.sentAt);
    return inOrder
      .filter((entry, index) => {
        const before = inOrder.slice(0, index).findLast(({ answeredAt }) => answeredAt < entry.sentAt);
        const [own, earlier] = [entry, before].map((one) => one && byKey.get(one.key)?.at(0)?.revision);
        return own !== undefined && earlier !== undefined && own < earlier;
      })
      .map(said);
  });
}

function said({ what, release, key, status, code }: Entry): string {
  return `${what} ${release ?? ''} (${key}), answered ${status} ${code ?? ''}`;
}

function groupBy<T, Key>(all: readonly T[], keyOf: (one: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}
