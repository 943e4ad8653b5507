import type { Plan } from '#domain';

/** What `sluice plan --json` prints. Its fields are fixed: people's scripts read them. */
export function planJson({ release, batches, waves, methods, duration, observation, findings, approval }: Plan) {
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
  };
}
