import type { PlannedStaging } from '#domain';
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
    findings: findings.map(({ rule, severity, batch, message, remedy }) => ({
      rule,
      severity,
      batch,
      message,
      remedy,
    })),
    approval: approval && { level: approval.level, because: approval.because },
    staging: staging && stagingJson(staging),
    times,
    ...(diff ? { diff } : {}),
  };
}

function stagingJson({ environment, units, traffic, interval }: PlannedStaging) {
  const { production, internal, mode } = traffic;
  return { environment, units: units.map(({ id }) => id), traffic: { production, internal, mode }, interval };
}
