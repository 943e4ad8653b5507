import type { PolicySpec } from '../../documents/policy.js';
import type { Finding, Plan } from '../types.js';
import { type ExpectedBatch, milliseconds } from './expected-batches.spec-support.js';
import { isSmaller, observed, previous } from './expected-findings.spec-support.js';

/** Everything in which a plan is not what it ought to be, in words; nothing when it is sound. */
export function objectionsTo(plan: Plan, expected: readonly ExpectedBatch[], policy: PolicySpec): string[] {
  return [
    ...batchObjections(plan, expected),
    ...countObjections(plan),
    ...sumObjections(plan, expected),
    ...plan.findings.flatMap((finding) => findingObjections(finding, expected, policy)),
  ];
}

/** The same batches in the same order: whose units, which of them, in which wave, for how long. */
function batchObjections({ batches, waves }: Plan, expected: readonly ExpectedBatch[]): string[] {
  const made = batches.map(({ id, wave, cluster, units, interval }) =>
    line(id, wave, cluster, units, milliseconds(interval)),
  );
  const asked = expected.map(({ id, wave, cluster, units, interval }) => line(id, wave, cluster, units, interval));
  const inWaves = [...new Set(batches.map(({ wave }) => wave))].map((wave) =>
    batches.filter((batch) => batch.wave === wave).map(({ id }) => id),
  );
  return [
    ...made.filter((text, i) => text !== asked[i]).map((text) => `has ${text}`),
    ...asked.filter((text, i) => text !== made[i]).map((text) => `lacks ${text}`),
    ...unless(JSON.stringify(inWaves) === JSON.stringify(waves), 'its waves are not those of its batches'),
  ];
}

function line(id: string, wave: number, cluster: string, units: readonly { id: string }[], interval: number): string {
  return `${id} of ${cluster} in wave ${wave}: ${units.map((unit) => unit.id).join(' ')}, ${interval} ms`;
}

/** Every unit once, and what has changed grows with each batch until it is all of them. */
function countObjections({ batches }: Plan): string[] {
  const ids = batches.flatMap(({ units }) => units.map(({ id }) => id));
  let changed = 0;
  return [
    ...unless(new Set(ids).size === ids.length, 'a unit is there twice'),
    ...batches.flatMap(({ id, units, cumulativeUnits, cumulativeShare }) => {
      changed += units.length;
      const share = Math.round((changed / ids.length) * 10_000) === Math.round(cumulativeShare * 10_000);
      return unless(units.length > 0 && cumulativeUnits === changed && share, `${id} does not count what has changed`);
    }),
    ...unless(batches.at(-1)?.cumulativeShare === 1, 'it does not reach all units'),
  ];
}

function sumObjections({ methods, duration, observation }: Plan, expected: readonly ExpectedBatch[]): string[] {
  const clusters = [...new Set(expected.map(({ cluster }) => cluster))].map((cluster) =>
    expected.filter((batch) => batch.cluster === cluster).map(({ wave }) => wave),
  );
  const used = {
    'intra-cluster': clusters.some((waves) => waves.length > 1),
    'inter-cluster-serial': clusters.some((one) => clusters.some((other) => Math.min(...other) > Math.max(...one))),
    'inter-cluster-distribution': clusters.some((one) =>
      clusters.some((other) => one !== other && one.some((wave) => other.includes(wave))),
    ),
  };
  return [
    ...Object.entries(used).flatMap(([method, isUsed]) =>
      unless(methods.some((name) => name === method) === isUsed, `${method} is ${isUsed ? '' : 'not '}used`),
    ),
    ...unless(milliseconds(duration) === observed(expected), `takes ${duration}`),
    ...unless(milliseconds(observation) === observed(expected), `is observed for ${observation}`),
  ];
}

/** A finding that names a batch has to be true of that very batch. */
function findingObjections(
  { rule, batch: id, severity }: Finding,
  expected: readonly ExpectedBatch[],
  policy: PolicySpec,
) {
  if (id === null) return [];
  const batch = expected.find((candidate) => candidate.id === id);
  if (!batch) return [`${rule} is about ${id}, which there is not`];
  switch (rule) {
    case 'INT-1':
      return unless(batch.interval === 0, `INT-1 is not true of ${id}`);
    case 'INT-4':
      return unless(batch.wave === 1, `INT-4 is not true of ${id}`);
    case 'BAT-3': {
      const isWide = batch.wave === 1 && batch.units.length > policy.firstBatch.maxUnits;
      const isNotSmallest = expected.some((other) => other.wave > 1 && isSmaller(other, batch));
      const shrinks = isSmaller(batch, previous(batch, expected));
      const blocks = (batch.wave === 1 && isNotSmallest) || shrinks;
      return unless(blocks || (isWide && severity === policy.firstBatch.severity), `BAT-3 is not true of ${id}`);
    }
    default:
      return [];
  }
}

function unless(sound: boolean, objection: string): string[] {
  return sound ? [] : [objection];
}
