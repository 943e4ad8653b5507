import { validatorKind } from '../../documents/validators.js';
import { toMs } from '../../values/duration.js';
import { ALL_BASIS_POINTS, toBasisPoints } from '../../values/traffic.js';
import type { PlanFacts } from '../facts.js';
import type { PlannedBatch } from '../types.js';
import { durationOf, objectOf } from './language.js';
import type { ObjectValue, Scene } from './variables.js';

/** What own rules look at, made of what the requirement's rules look at. Takes time in proportion to the batches. */
export function sceneOf(facts: PlanFacts): Scene {
  return {
    release: releaseOf(facts),
    staging: stagingOf(facts),
    plan: planOf(facts),
    validators: facts.spec.validate.map((validator) =>
      objectOf('Validator', {
        name: validator.name,
        kind: validatorKind(validator),
        people: BigInt(validator.confirm?.people ?? 0),
      }),
    ),
  };
}

function releaseOf({ spec }: PlanFacts): ObjectValue<'Release'> {
  const { service, version, risk, topology, reason, onFailure, limits } = spec;
  return objectOf('Release', {
    service,
    version,
    risk,
    topology,
    reason,
    emergency: spec.emergency ?? false,
    onFailure,
    conflict: spec.conflict ?? 'refuse',
    drift: spec.drift ?? 'hold',
    adaptive: spec.interval.adaptive !== undefined,
    limits: objectOf('Limits', {
      unitsAtOnce: BigInt(limits.unitsAtOnce),
      failedUnits: BigInt(limits.failedUnits),
      unitTimeout: durationOf(toMs(limits.unitTimeout)),
      retries: BigInt(limits.retries),
      verdictWithin: durationOf(toMs(limits.verdictWithin)),
    }),
  });
}

function stagingOf({ staging }: PlanFacts): ObjectValue<'Staging'> {
  return objectOf('Staging', {
    used: staging !== null,
    environment: staging?.environment ?? '',
    units: BigInt(staging?.units.length ?? 0),
    interval: durationOf(toMs(staging?.interval ?? '0s')),
    production: shareOf(staging?.traffic.production ?? '0%'),
    internal: shareOf(staging?.traffic.internal ?? '0%'),
    mode: staging?.traffic.mode ?? '',
  });
}

function shareOf(traffic: string): number {
  return toBasisPoints(traffic) / ALL_BASIS_POINTS;
}

function planOf(facts: PlanFacts): ObjectValue<'Plan'> {
  const { waves, methods, duration, observation } = facts;
  const batches = waves.flatMap((wave) => wave.batches);
  const clusters = byCluster(batches);
  return objectOf('Plan', {
    batches: batchesOf(batches, clusters),
    waves: waves.map((wave, i) =>
      objectOf('Wave', {
        number: BigInt(i + 1),
        batches: BigInt(wave.batches.length),
        units: BigInt(unitsIn(wave.batches)),
        interval: durationOf(wave.interval),
      }),
    ),
    clusters: [...clusters].map(([name, own]) => clusterOf(name, own)),
    methods,
    units: BigInt(unitsIn(batches)),
    duration: durationOf(duration),
    observation: durationOf(observation),
  });
}

type Clusters = ReadonlyMap<string, readonly PlannedBatch[]>;

function byCluster(batches: readonly PlannedBatch[]): Clusters {
  const clusters = new Map<string, PlannedBatch[]>();
  for (const batch of batches) {
    const own = clusters.get(batch.cluster);
    if (own) own.push(batch);
    else clusters.set(batch.cluster, [batch]);
  }
  return clusters;
}

function batchesOf(batches: readonly PlannedBatch[], clusters: Clusters): ObjectValue<'Batch'>[] {
  const before = new Map<string, number>();
  return batches.map(({ id, wave, cluster, units, interval, cumulativeUnits, cumulativeShare }) => {
    const number = (before.get(cluster) ?? 0) + 1;
    before.set(cluster, number);
    return objectOf('Batch', {
      id,
      number: BigInt(number),
      wave: BigInt(wave),
      cluster,
      units: BigInt(units.length),
      interval: durationOf(toMs(interval)),
      cumulativeUnits: BigInt(cumulativeUnits),
      cumulativeShare,
      last: number === clusters.get(cluster)?.length,
    });
  });
}

function clusterOf(name: string, own: readonly PlannedBatch[]): ObjectValue<'Cluster'> {
  const largest = own.reduce((most, { units }) => Math.max(most, units.length), 0);
  return objectOf('Cluster', {
    name,
    units: BigInt(unitsIn(own)),
    batches: BigInt(own.length),
    firstUnits: BigInt(own[0]?.units.length ?? 0),
    largestUnits: BigInt(largest),
    firstWave: BigInt(own[0]?.wave ?? 0),
    lastWave: BigInt(own.at(-1)?.wave ?? 0),
  });
}

function unitsIn(batches: readonly PlannedBatch[]): number {
  return batches.reduce((sum, { units }) => sum + units.length, 0);
}
