import type { ReleaseSummaryRow } from '../database/release-summary.js';
import { storableText } from '../database/storable.js';
import type { HowItCame, UnitVersionRow } from '../database/unit-version.js';
import type { LogEvent } from '../story/events.js';

/** What is known to run on units, by the names that the database has: null for one that runs nothing, no entry for one of which nothing is known. */
export type RunningVersions = Map<string, string | null>;

interface Change {
  readonly how: HowItCame;
  readonly version: string | null;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly reason: string | null;
}

/**
 * The rows that an event adds to the history of its unit, and what runs there after it. A unit that is read and does
 * not run what it is known to run was changed by somebody else, or is seen for the first time: it was found so.
 */
export function unitVersions(
  { recorded, known, subject, at: since }: LogEvent,
  summary: ReleaseSummaryRow | null,
  running: RunningVersions,
): UnitVersionRow[] {
  const rows: UnitVersionRow[] = [];
  const add = ({ batch, ...place }: { batch: string; unit: string }, { how, version, actor, reason }: Change) => {
    const { position } = recorded;
    const unit = storableText(place.unit);
    const step = how === 'found' ? 0 : 1;
    const previous = running.get(unit) ?? null;
    const by = { actorKind: actor.kind, actorId: actor.id };
    rows.push({ unit, position, step, since, version, previous, how, release: subject, batch, ...by, reason });
    running.set(unit, version);
  };
  const find = (place: { batch: string; unit: string }, version: string | null) => {
    if (running.get(storableText(place.unit)) === version) return;
    add(place, { how: 'found', version, actor: recorded.meta.actor, reason: null });
  };

  switch (known?.type) {
    case 'UnitDeployStarted.v1':
      find(known.data, known.data.before.version);
      break;
    case 'UnitDeployed.v1': {
      const { before, after, changed } = known.data;
      find(known.data, before.version);
      if (changed || after.version !== before.version) {
        add(known.data, { how: 'deployed', version: after.version, ...starter(summary, recorded.meta) });
      }
      break;
    }
    case 'UnitRollbackStarted.v1':
      find(known.data, known.data.from.version);
      break;
    case 'UnitRolledBack.v1':
      find(known.data, known.data.from.version);
      add(known.data, { how: 'rolled-back', version: known.data.to.version, ...turner(summary, recorded.meta) });
      break;
  }
  return rows;
}

type Meta = LogEvent['recorded']['meta'];
type By = Pick<Change, 'actor' | 'reason'>;

/** A deployment is put down to whoever started the release, and to why the release is made. */
function starter(summary: ReleaseSummaryRow | null, { actor, reason }: Meta): By {
  const { startedByKind: kind, startedBy: id } = summary ?? {};
  return { actor: kind && id ? { kind, id } : actor, reason: summary?.reason ?? reason ?? null };
}

/** A rollback is put down to whoever, or whichever rule, began it, with the reason given. */
function turner(summary: ReleaseSummaryRow | null, { actor, reason }: Meta): By {
  const { turnedByKind: kind, turnedBy: id } = summary ?? {};
  return { actor: kind && id ? { kind, id } : actor, reason: summary?.turnedBecause ?? reason ?? null };
}
