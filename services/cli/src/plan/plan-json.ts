import type { Finding, PlannedStaging } from '#domain';
import type { Planned } from './inputs.js';
import type { PlanDiff } from './plan-diff.js';

/** What `sluice plan --json` prints. Its fields are fixed: people's scripts read them. */
export function planJson({ plan, times }: Planned, diff: PlanDiff | null) {
  const { release, batches, waves, methods, duration, observation, findings, approval, staging } = plan;
  return {
    release,
    batches: batches.map(({ id, wave, cluster, units, interval, cumulativeUnits, cumulativeShare }) => ({
      id,
      wave,
      cluster,
      units: units.map((unit) => unit.id),
      interval,
      cumulativeUnits,
      cumulativeShare,
    })),
    waves,
    methods,
    duration,
    observation,
    findings: findings.map(findingJson),
    approval,
    staging: staging && stagingJson(staging),
    times,
    ...(diff ? { diff } : {}),
  };
}

/** Where it is and what would remove it are there when they are known. */
function findingJson({ rule, severity, batch, message, remedy, mode, path, source, patch }: Finding) {
  return {
    ...{ rule, severity, batch, message, remedy },
    ...(mode ? { mode } : {}),
    ...(path === undefined ? {} : { path }),
    ...(source ? { source } : {}),
    ...(patch ? { patch } : {}),
  };
}

function stagingJson({ environment, units, traffic, interval }: PlannedStaging) {
  const { production, internal, mode } = traffic;
  return { environment, units: units.map(({ id }) => id), traffic: { production, internal, mode }, interval };
}
