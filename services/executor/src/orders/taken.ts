import { isEnd, isPlanned, isShut, isStarted, type PlanIndex, type Refusal, stagingNow } from '#domain';
import type { ReleaseFile } from '#runtime';

/** What a release needs that another one has: a unit, or its staging environment. Null when all of it is free. */
export function whatIsTaken(file: ReleaseFile, live: readonly ReleaseFile[]): Omit<Refusal, 'status'> | null {
  if (!isPlanned(file.state)) return null;
  const { plan } = file.state;
  const others = live.filter(({ release }) => release !== file.release);
  const unit = takenUnit(plan, others);
  if (unit) {
    const message = `unit ${unit.unit} belongs to release ${unit.release}, which has not ended yet; wait for its end`;
    return { code: 'UNITS_TAKEN', message };
  }
  const other = plan.staging && whoIsInStaging(plan.staging.environment, others);
  if (!other) return null;
  const message = `release ${other} is in ${plan.staging?.environment}; wait until it has passed it, or has ended`;
  return { code: 'ENVIRONMENT_TAKEN', message };
}

/** The same for a release that was started, of those alone that were started before it. */
export function whatWasTakenBefore(file: ReleaseFile, live: readonly ReleaseFile[]): Omit<Refusal, 'status'> | null {
  const { startedAt } = file;
  if (startedAt === null) return null;
  return whatIsTaken(
    file,
    live.filter((other) => other.startedAt !== null && other.startedAt < startedAt),
  );
}

/** A release that was started and still has the environment, or will have it. */
function whoIsInStaging(environment: string, others: readonly ReleaseFile[]): string | null {
  const inStaging = others.find(({ state }) => {
    if (!isStarted(state) || isEnd(state.status)) return false;
    const staging = stagingNow(state);
    return staging?.planned.environment === environment && !(staging.batch.status === 'passed' && isShut(state));
  });
  return inStaging?.release ?? null;
}

/** A unit that another release which was started and has not ended has in its plan. */
function takenUnit(plan: PlanIndex, others: readonly ReleaseFile[]): { unit: string; release: string } | null {
  for (const { release, state } of others) {
    if (!isPlanned(state) || !isStarted(state)) continue;
    for (const unit of plan.unitNumber.keys()) {
      if (state.plan.unitNumber.has(unit)) return { unit, release };
    }
  }
  return null;
}
