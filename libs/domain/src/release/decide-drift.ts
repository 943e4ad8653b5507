import type { NewUnits } from '../planning/drift.js';
import { DRIFT_RULE } from '../planning/rule-ids.js';
import type { ReleaseCommand } from './commands.js';
import { unitParts } from './decide-submission.js';
import type { DriftHandling, ReleaseEvent } from './events.js';
import { countUnits, plannedBatch, plannedUnit, unitsOf } from './plan-index.js';
import { leastOf } from './policy-minima.js';
import { accept, type Decision } from './refusal.js';
import { isAborting } from './staging.js';
import type { PlanIndex, Started } from './state.js';
import { units } from './wording.js';

/** So many ids of units are named in an event, of those that came and of those that are gone. */
const UNITS_NAMED = 50;
/** Ids in one event of units that are left out. */
const DROPPED_AN_EVENT = 1_000;

type Report = ReleaseCommand<'report-drift'>;

/**
 * The topology has another version. What that changes for the release is written down once, and taken up as its spec
 * says. The report comes last, so that one that was cut off is made again and finds the rest.
 */
export function reportDrift(command: Report, state: Started): Decision {
  if (isAborting(state) || !isNews(command, state)) return accept();
  const { added, removed } = command;
  const handling = handlingOf(command, state);
  const included =
    handling === 'include' ? [...dropped(state, removed), ...addedBatches(state, free(command, state))] : [];
  const reported = report(command, state, handling);
  const isAsPlanned = added.length === 0 && removed.length === 0;
  return accept(...included, reported, ...(handling === 'hold' ? holdOrLift(state, reported, isAsPlanned) : []));
}

function isNews({ revision, digest, added, removed }: Report, { drift, topology }: Started): boolean {
  if (revision <= (drift?.revision ?? topology.revision) || digest === drift?.digest) return false;
  return drift !== null || added.length > 0 || removed.length > 0;
}

/**
 * A release of which nothing is left of the first wave, which all others rest on, waits for a person. So does one of
 * which nothing is left of the last, where the policy asks for observation: that is where what is missing is made up.
 */
function handlingOf(command: Report, state: Started): DriftHandling {
  const asked = state.spec.drift ?? 'hold';
  if (asked !== 'include' || command.removed.length === 0) return asked;
  const gone = new Set(droppable(state, command.removed).map(({ id }) => id));
  const isLeft = (wave: readonly number[] | undefined) =>
    (wave ?? [])
      .flatMap((number) => plannedBatch(state.plan, number).units)
      .some(({ id }) => !gone.has(id) && !isDropped(state, id));
  if (!isLeft(state.plan.waves[1])) return 'hold';
  const isMadeUp = leastOf(state).observe === 0 || free(command, state).length > 0;
  return isMadeUp || isLeft(state.plan.waves.at(-1)) ? 'include' : 'hold';
}

function isDropped(state: Started, id: string): boolean {
  const number = state.plan.unitNumber.get(id);
  return number !== undefined && state.units.at(number).status === 'dropped';
}

/** The units that have come, belong to no other release, and are not in the plan already. */
function free({ added, taken = [] }: Report, { plan }: Started): NewUnits[] {
  const others = new Set(taken);
  const isFree = ({ id }: { readonly id: string }) => !others.has(id) && !plan.unitNumber.has(id);
  return added
    .map(({ cluster, units: all }) => ({ cluster, units: all.filter(isFree) }))
    .filter(({ units: left }) => left.length > 0);
}

interface Droppable {
  readonly id: string;
  readonly batch: number;
}

/** Units that are gone and that nothing was done to yet. */
function droppable(state: Started, removed: readonly string[]): Droppable[] {
  const gone = new Set(removed);
  const found: Droppable[] = [];
  for (let batch = 0; batch < state.plan.batches.length; batch += 1) {
    if (batch === state.plan.staging?.number) continue;
    for (const number of unitsOf(state.plan, batch)) {
      const { status, attempt, touched } = state.units.at(number);
      const { id } = plannedUnit(state.plan, batch, number);
      if (gone.has(id) && status === 'pending' && attempt === 0 && !touched) found.push({ id, batch });
    }
  }
  return found;
}

function dropped(state: Started, removed: readonly string[]): ReleaseEvent[] {
  const byBatch = new Map<number, string[]>();
  for (const { id, batch } of droppable(state, removed)) byBatch.set(batch, [...(byBatch.get(batch) ?? []), id]);
  return [...byBatch].flatMap(([number, ids]) => {
    const { id: batch } = plannedBatch(state.plan, number);
    return inPieces(ids).map(
      (piece): ReleaseEvent => ({
        type: 'UnitsDropped.v1',
        data: { batch, units: piece },
        rule: DRIFT_RULE,
        reason: `${units(piece.length)} of ${batch} ${piece.length === 1 ? 'is' : 'are'} not in the topology any more`,
      }),
    );
  });
}

function inPieces(ids: readonly string[]): string[][] {
  const pieces: string[][] = [];
  for (let from = 0; from < ids.length; from += DROPPED_AN_EVENT) pieces.push(ids.slice(from, from + DROPPED_AN_EVENT));
  return pieces;
}

/** One batch for each cluster, each in a wave of its own behind all others. */
function addedBatches(state: Started, added: readonly NewUnits[]): ReleaseEvent[] {
  const { plan } = state;
  let changed = countUnits(plan) - (plan.staging ? plannedBatch(plan, plan.staging.number).units.length : 0);
  const total = added.reduce((sum, { units: more }) => sum + more.length, changed);
  return added.flatMap(({ cluster, units: more }, i) => {
    changed += more.length;
    const cumulative = { cumulativeUnits: changed, cumulativeShare: Math.round((changed / total) * 10_000) / 10_000 };
    const batch = nextBatchId(plan, cluster);
    const wave = plan.waves.length + i;
    const reason = `${units(more.length)} of ${cluster} came after the plan was made`;
    return unitParts(more).map((part, index): ReleaseEvent => {
      const place = { batch, part: index + 1, wave, cluster, interval: state.spec.interval.default };
      return { type: 'BatchAdded.v1', data: { ...place, units: part, ...cumulative }, rule: DRIFT_RULE, reason };
    });
  });
}

/** `<cluster>.<n>`, with the first n that no batch has. */
function nextBatchId({ batches, batchNumber }: PlanIndex, cluster: string): string {
  let n = 1 + batches.filter((batch) => batch.cluster === cluster).length;
  while (batchNumber.has(`${cluster}.${n}`)) n += 1;
  return `${cluster}.${n}`;
}

type Drifted = Extract<ReleaseEvent, { type: 'TopologyDrifted.v1' }>;

function report(command: Report, state: Started, handling: DriftHandling): Drifted {
  const { revision, digest, added, removed, taken = [] } = command;
  const ids = added.flatMap(({ units: more }) => more.map(({ id }) => id));
  const data = {
    topology: state.topology.name,
    revision,
    digest,
    added: ids.length,
    removed: removed.length,
    ...(taken.length > 0 ? { taken: taken.length } : {}),
    units: { added: ids.slice(0, UNITS_NAMED), removed: removed.slice(0, UNITS_NAMED) },
    handling,
  };
  return { type: 'TopologyDrifted.v1', data, rule: DRIFT_RULE, reason: inWords(data) };
}

/** Held at once while it runs; what it is held for otherwise comes first. It goes on when all is as it was planned again. */
function holdOrLift(state: Started, { data }: Drifted, isAsPlanned: boolean): ReleaseEvent[] {
  if (state.status === 'held' && state.hold.cause === 'drift' && isAsPlanned) {
    return [
      { type: 'ReleaseResumed.v1', data: {}, rule: DRIFT_RULE, reason: 'the topology is as it was planned again' },
    ];
  }
  return state.status === 'running' && !isAsPlanned ? [heldForDrift(data)] : [];
}

type Told = Pick<Drifted['data'], 'topology' | 'revision' | 'added' | 'removed'>;

function inWords({ topology, revision, added, removed }: Told): string {
  return `topology ${topology} has ${units(added)} more and ${units(removed)} less for it (revision ${revision})`;
}

/** The event that holds a release whose topology is not as it was planned. */
export function heldForDrift(drift: Told): ReleaseEvent {
  const sentence = `${inWords(drift)}; sluice resume goes on with the units of its plan`;
  return {
    type: 'ReleaseHeld.v1',
    data: { cause: 'drift', sentence, batch: null },
    rule: DRIFT_RULE,
    reason: sentence,
  };
}
