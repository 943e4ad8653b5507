import type { PolicySpec } from '../../documents/policy.js';
import type { Release } from '../../documents/release.js';
import type { Topology } from '../../documents/topology.js';
import { type ExpectedBatch, milliseconds } from './expected-batches.spec-support.js';

/** `INT-2 block`, with `in shadow` behind it when it is only told. */
export type Expected = string;

interface Given {
  readonly batches: readonly ExpectedBatch[];
  readonly spec: Release['spec'];
  readonly policy: PolicySpec;
  readonly topology: Topology;
}

/** The sentences of the requirement, each as the question whether a plan breaks it. */
const BROKEN: Readonly<Record<string, (given: Given) => readonly string[]>> = {
  // One batch is neither several in a cluster, nor several clusters; two are one or the other.
  'BAT-1': ({ batches }) => when(batches.length === 1),
  'BAT-2': ({ batches, policy }) => when(batches.length < policy.minBatches || isOneWave(batches)),
  'BAT-3': ({ batches, policy }) => [
    ...when(unitsOf(firstWave(batches)) > policy.firstBatch.maxUnits, policy.firstBatch.severity),
    ...when(firstWave(batches).some((batch) => batches.some((other) => other.wave > 1 && isSmaller(other, batch)))),
    ...when(batches.some((batch) => isSmaller(batch, previous(batch, batches)))),
  ],
  'BAT-4': ({ batches, policy }) =>
    when(batches.length === 1 || batches.length < policy.minBatches || isOneWave(batches)),
  'INT-1': ({ batches }) => when(batches.some(({ interval }) => interval === 0)),
  'INT-2': ({ batches, spec, policy }) => when(observed(batches) < least(policy.total[spec.risk])),
  'INT-3': ({ batches, spec, policy }) => when(observed(batches) < least(policy.observe[spec.risk])),
  'INT-4': ({ batches, spec, policy }) =>
    when(firstWave(batches).some(({ interval }) => interval < least(policy.first[spec.risk]))),
  'INT-5': ({ spec: { interval } }) =>
    when(interval.adaptive !== undefined && !isWithin(interval.default, interval.adaptive)),
  'OBS-1': ({ spec, policy: { validation } }) =>
    when(
      validation.required &&
        !spec.validate.some((check) => validation.acceptable.some((kind) => check[kind] !== undefined)),
    ),
  'OBS-2': ({ spec, policy: { validation } }) =>
    when(!validation.deployment.includes('inspect') && spec.validate.every(({ file }) => file === undefined)),
  'RBK-1': ({ batches, topology }) =>
    when(batches.some(({ units }) => units.some(({ driver }) => driver !== 'exec' || !topology.spec.drivers?.exec))),
  'FRZ-1': ({ spec }) => when(spec.emergency === true),
  'STG-3': ({ spec, policy }) => when(!spec.staging && (policy.staging?.required ?? []).includes(spec.risk)),
};

/** The rules that the checker knows: those that a release can break which begins in no staging environment. */
export const REQUIREMENT = Object.keys(BROKEN);

/** An own rule that the checker can judge without CEL, by how many units change or who asks. */
export interface KnownRule {
  readonly when: string;
  readonly isBroken: (batches: readonly ExpectedBatch[], spec: Release['spec']) => boolean;
}

/** What has to be found about a plan. `known` says what the policy's own rules mean, in their order. */
export function expectedFindings(given: Given, known: readonly KnownRule[]): Set<Expected> {
  const { batches, spec, policy } = given;
  const ofRequirement = Object.entries(BROKEN).flatMap(([rule, broken]) => {
    const mode = (policy.modes as Readonly<Record<string, string>> | undefined)?.[rule];
    return broken(given).flatMap((severity) => told(rule, severity, mode));
  });
  const own = (policy.rules ?? []).flatMap(({ id, severity, mode }, i) =>
    known[i]?.isBroken(batches, spec) ? told(id, severity, mode) : [],
  );
  return new Set([...ofRequirement, ...own]);
}

/** Who has to approve: nobody, whom the risk asks for, or whom an exception asks for and because of what. */
export function expectedApproval(findings: ReadonlySet<Expected>, { spec, policy }: Pick<Given, 'spec' | 'policy'>) {
  const because = [...findings].filter((finding) => finding.endsWith(' block')).map((finding) => finding.split(' ')[0]);
  if (because.length > 0) return { level: policy.approvals.exception, because: new Set(because) };
  return spec.risk === 'standard' ? null : { level: policy.approvals[spec.risk], because: new Set() };
}

function told(rule: string, severity: string, mode = 'enforce'): Expected[] {
  if (mode === 'off') return [];
  return [mode === 'shadow' ? `${rule} ${severity} in shadow` : `${rule} ${severity}`];
}

function when(broken: boolean, severity = 'block'): string[] {
  return broken ? [severity] : [];
}

function isOneWave(batches: readonly ExpectedBatch[]): boolean {
  return batches.every(({ wave }) => wave === 1);
}

function firstWave(batches: readonly ExpectedBatch[]): readonly ExpectedBatch[] {
  return batches.filter(({ wave }) => wave === 1);
}

export function previous(batch: ExpectedBatch, batches: readonly ExpectedBatch[]): ExpectedBatch | undefined {
  return batches.find((other) => other.cluster === batch.cluster && other.wave === batch.wave - 1);
}

export function isSmaller(batch: ExpectedBatch, other: ExpectedBatch | undefined): boolean {
  return other !== undefined && batch.units.length < other.units.length;
}

function unitsOf(batches: readonly ExpectedBatch[]): number {
  return batches.flatMap(({ units }) => units).length;
}

/** From the start of the first batch to completion: each wave takes as long as its longest interval. */
export function observed(batches: readonly ExpectedBatch[]): number {
  const waves = new Set(batches.map(({ wave }) => wave));
  return [...waves].reduce(
    (sum, wave) => sum + Math.max(...batches.filter((batch) => batch.wave === wave).map(({ interval }) => interval)),
    0,
  );
}

function isWithin(duration: string, { min, max }: { readonly min: string; readonly max: string }): boolean {
  return milliseconds(min) <= milliseconds(duration) && milliseconds(duration) <= milliseconds(max);
}

function least(asked: string | undefined): number {
  return asked === undefined ? 0 : milliseconds(asked);
}
