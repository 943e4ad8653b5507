import { type ApprovalNeed, type BatchView, type Finding, type PlannedBatch, type ReleaseView, toMs } from '#domain';
import { type FieldChange, fieldChanges } from './field-changes.js';
import type { Planned } from './inputs.js';

/** Something that was one thing in the release that is out, and is another in the plan at hand. */
export interface Change<T> {
  readonly before: T;
  readonly after: T;
}

/** What came and what is gone. */
export interface Exchange<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
}

/** A batch that is not what it is in the release. What is absent is the same in both. */
export interface BatchChange {
  readonly id: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly wave?: Change<number>;
  readonly interval?: Change<string>;
  readonly units?: Exchange<string>;
}

/** What differs between a release that is out and a plan. Null: it is the same in both. */
export interface PlanDiff {
  readonly release: string;
  readonly state: string;
  /** Nothing at all differs, also of what is not told here. */
  readonly same: boolean;
  /** Null for a release that is not planned yet; then only what it says is compared. */
  readonly digest: Change<string | null>;
  /** What the release says, field by field. */
  readonly spec: readonly FieldChange[];
  readonly units: Exchange<string>;
  readonly batches: readonly BatchChange[];
  readonly duration: Change<string> | null;
  readonly observation: Change<string> | null;
  readonly findings: Exchange<Finding>;
  readonly approval: Change<ApprovalNeed | null> | null;
}

/** Compares a release as it stands, intervals that were changed since included, with a plan of this digest. */
export function planDiff(view: ReleaseView, { plan, release }: Planned, digest: string): PlanDiff {
  const { id, state, plan: out } = view;
  const spec = view.spec ? fieldChanges(view.spec, release.spec, ['spec']) : plainChanges(view, release.spec);
  const digests = { before: out?.digest ?? null, after: digest };
  const heading = { release: id, state, same: false, digest: digests, spec };
  if (!out) return { ...heading, ...NOTHING_PLANNED };
  const units = exchange(idsOf(view.batches), idsOf(plan.batches), (unit) => unit);
  const batches = batchChanges(view.batches, plan.batches);
  const findings = exchange(out.findings, plan.findings, findingKey);
  const duration = changed(out.duration, plan.duration);
  const observation = changed(out.observation, plan.observation);
  const approval = changed<ApprovalNeed | null>(out.approval, plan.approval);
  const lists = [spec, batches, units.added, units.removed, findings.added, findings.removed];
  const told = lists.some(({ length }) => length > 0) || [duration, observation, approval].some((change) => change);
  const same = !told && out.digest === digest;
  return { ...heading, same, units, batches, duration, observation, findings, approval };
}

const NOTHING_PLANNED = {
  units: { added: [], removed: [] },
  batches: [],
  duration: null,
  observation: null,
  findings: { added: [], removed: [] },
  approval: null,
} as const;

/** A service of an older version does not say all that was submitted. */
function plainChanges(view: ReleaseView, spec: Planned['release']['spec']): FieldChange[] {
  const { service, version, risk, topology, reason } = view;
  const before = { service, version, risk, topology, reason };
  const { service: s, version: v, risk: r, topology: t, reason: why } = spec;
  return fieldChanges(before, { service: s, version: v, risk: r, topology: t, reason: why }, ['spec']);
}

function batchChanges(before: readonly BatchView[], after: readonly PlannedBatch[]): BatchChange[] {
  const known = new Map(before.map((batch) => [batch.id, batch]));
  const kept = new Set(after.map(({ id }) => id));
  return [
    ...after.flatMap((batch) => batchChange(known.get(batch.id), batch)),
    ...before.filter(({ id }) => !kept.has(id)).map(({ id }) => ({ id, change: 'removed' as const })),
  ];
}

function batchChange(before: BatchView | undefined, after: PlannedBatch): BatchChange[] {
  const { id } = after;
  if (!before) return [{ id, change: 'added' }];
  const units = exchange(before.units, idsOf([after]), (unit) => unit);
  const what = {
    ...(before.wave === after.wave ? {} : { wave: { before: before.wave, after: after.wave } }),
    ...(toMs(before.interval) === toMs(after.interval)
      ? {}
      : { interval: { before: before.interval, after: after.interval } }),
    ...(units.added.length + units.removed.length === 0 ? {} : { units }),
  };
  return Object.keys(what).length > 0 ? [{ id, change: 'changed', ...what }] : [];
}

function idsOf(batches: readonly { readonly units: readonly (string | { readonly id: string })[] }[]): string[] {
  return batches.flatMap(({ units }) => units.map((unit) => (typeof unit === 'string' ? unit : unit.id)));
}

function findingKey({ rule, severity, mode, batch, message }: Finding): string {
  return JSON.stringify([rule, severity, mode, batch, message]);
}

function exchange<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string): Exchange<T> {
  const [had, has] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  return {
    added: after.filter((item) => !had.has(keyOf(item))),
    removed: before.filter((item) => !has.has(keyOf(item))),
  };
}

function changed<T>(before: T, after: T): Change<T> | null {
  return JSON.stringify(before) === JSON.stringify(after) ? null : { before, after };
}
