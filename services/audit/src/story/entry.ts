import type { StoryEntryRow } from '../database/story-entry.js';
import { describe } from './describe.js';
import type { KnownEvent, LogEvent } from './events.js';
import { evidenceOf } from './evidence.js';

const OF_A_RELEASE = ['release', 'refusal'];

/** The line of the story that an event makes; null for pieces of a document, which are no story of their own. */
export function entryOf(event: LogEvent): StoryEntryRow | null {
  const { recorded, known, category, subject, at } = event;
  if (known?.type === 'ConfigurationPartRecorded.v1') return null;
  const { stream, revision, position, type, meta } = recorded;
  return {
    stream,
    revision,
    position,
    at,
    type,
    release: OF_A_RELEASE.includes(category) ? subject : null,
    batch: known && 'batch' in known.data ? known.data.batch : null,
    unit: known && 'unit' in known.data ? known.data.unit : null,
    actorKind: meta.actor.kind,
    actorId: meta.actor.id,
    reason: meta.reason ?? reasonInside(known),
    sentence: describe(event),
    evidence: evidenceOf(known),
  };
}

/** A release says why it is made; the command that submits it need not. */
function reasonInside(known: KnownEvent | null): string | null {
  return known?.type === 'ReleaseSubmitted.v1' ? known.data.spec.reason : null;
}
