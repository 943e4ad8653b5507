import type { ReleaseSummary, StoryEntry, UnitVersionEntry } from '#messaging';
import type { ReleaseSummaryRow } from '../database/release-summary.js';
import type { StoryEntryRow } from '../database/story-entry.js';
import type { UnitVersionRow } from '../database/unit-version.js';

export function shownRelease(row: ReleaseSummaryRow): ReleaseSummary {
  const { release: id, name, service, version, risk, state, author, submittedAt, startedAt, endedAt } = row;
  return { id, name, service, version, risk, state, author, submittedAt, startedAt, endedAt };
}

export function shownEntry(row: StoryEntryRow): StoryEntry {
  const { at, type, release, revision, actorKind, actorId, reason, sentence, batch, unit, evidence } = row;
  const actor = { kind: actorKind, id: actorId };
  return { at, type, release: release ?? '', revision, actor, reason, sentence, batch, unit, evidence };
}

export function shownVersion(row: UnitVersionRow): UnitVersionEntry {
  const { unit, version, previous, since: from, how, release, batch, actorKind, actorId, reason } = row;
  const actor = { kind: actorKind, id: actorId };
  return { unit, version, previous, from, how, release, batch, actor, reason };
}
