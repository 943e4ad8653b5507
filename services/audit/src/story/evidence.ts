import type { KnownEvent } from './events.js';

type Evidence = Readonly<Record<string, unknown>>;

/** What an event rests on, where it has something; enough to see why without opening the log. */
export function evidenceOf(event: KnownEvent | null): Evidence | null {
  const evidence = event === null ? null : pick(event);
  return evidence === null || Object.keys(evidence).length === 0 ? null : evidence;
}

function pick(event: KnownEvent): Evidence | null {
  switch (event.type) {
    case 'ReleaseSubmitted.v1': {
      const { topology, policy, environment } = event.data;
      const judgedBy = { name: policy.name, revision: policy.revision };
      return { topology, policy: judgedBy, ...(environment ? { environment } : {}) };
    }
    case 'StagingPlanned.v1': {
      const { traffic, spec } = event.data;
      const { services, upstreams } = spec;
      return { traffic, services: services.map(({ name }) => name), upstreams: upstreams.map(({ name }) => name) };
    }
    case 'PlanDrafted.v1':
      return { digest: event.data.digest, findings: event.data.findings };
    case 'ApprovalGiven.v1':
      return { digest: event.data.digest };
    case 'UnitDeployed.v1':
      return { before: event.data.before, after: event.data.after, attempt: event.data.attempt };
    case 'UnitRolledBack.v1':
      return { before: event.data.from, after: event.data.to, attempt: event.data.attempt };
    case 'TrafficShiftStarted.v1': {
      const { from, to, cause } = event.data;
      return { cause, from, to };
    }
    case 'TrafficShiftFailed.v1':
      return event.data.error;
    case 'UnitDeployFailed.v1':
    case 'UnitRollbackFailed.v1':
      return { ...event.data.error, attempt: event.data.attempt };
    case 'ConfirmationGiven.v1':
      return { seen: event.data.seen };
    case 'StagingProbed.v1':
    case 'VerdictReached.v1':
    case 'RollbackStarted.v1':
      return event.data.evidence;
    case 'ConfigurationProposed.v1': {
      const { digest, base, looser, unlisted } = event.data;
      return { digest, base, looser, unlisted };
    }
    case 'ConfigurationApproved.v1':
    case 'ConfigurationRejected.v1':
      return { digest: event.data.digest };
    case 'ConfigurationRefused.v1':
      return { code: event.data.code };
    case 'CommandRefused.v1':
      return { code: event.data.code, state: event.data.status };
    default:
      return null;
  }
}
