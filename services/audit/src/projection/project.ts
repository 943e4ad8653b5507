import type { ReleaseSummaryRow } from '../database/release-summary.js';
import type { StoryEntryRow } from '../database/story-entry.js';
import type { UnitVersionRow } from '../database/unit-version.js';
import { entryOf } from '../story/entry.js';
import type { LogEvent } from '../story/events.js';
import { summarise } from './summarise.js';
import { type RunningVersions, unitVersions } from './unit-versions.js';

/** What the read models hold already of the releases and units that some events are about. */
export interface Known {
  readonly summaries: Map<string, ReleaseSummaryRow>;
  readonly running: RunningVersions;
}

/** The rows that some events make. */
interface Rows {
  readonly summaries: ReleaseSummaryRow[];
  readonly entries: StoryEntryRow[];
  readonly versions: UnitVersionRow[];
}

/** Takes events, in the order of the log, into the read models. Moves `known` on. */
export function project(events: readonly LogEvent[], known: Known): Rows {
  const entries: StoryEntryRow[] = [];
  const versions: UnitVersionRow[] = [];
  const touched = new Set<string>();
  for (const event of events) {
    const entry = entryOf(event);
    if (entry) entries.push(entry);
    if (event.category !== 'release') continue;
    const summary = summarise(known.summaries.get(event.subject) ?? null, event);
    versions.push(...unitVersions(event, summary, known.running));
    if (!summary) continue;
    known.summaries.set(event.subject, summary);
    touched.add(event.subject);
  }
  const summaries = [...touched].flatMap((release) => known.summaries.get(release) ?? []);
  return { summaries, entries, versions };
}
