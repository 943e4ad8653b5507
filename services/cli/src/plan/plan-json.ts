import type { Plan, PlannedStaging } from '#domain';

/** What `sluice plan --json` prints. Its fields are fixed: people's scripts read them. */
export function planJson(plan: Plan) {
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
    approval,
    staging: staging && stagingJson(staging),
  };
}

function stagingJson({ environment, units, traffic, interval }: PlannedStaging) {
  const { production, internal, mode } = traffic;
  return { environment, units: units.map(({ id }) => id), traffic: { production, internal, mode }, interval };
}
