import type { EventData } from '../events.js';
import { brief, count, list } from '../wording.js';
import type { Sentences } from './sentences.js';

const FINDINGS_TOLD = 5;

export const PLANNING: Sentences<
  | 'ReleaseSubmitted.v1'
  | 'PlanDrafted.v1'
  | 'BatchPlanned.v1'
  | 'ReleasePlanned.v1'
  | 'ReleaseEscalated.v1'
  | 'ApprovalGiven.v1'
  | 'ReleaseReadied.v1'
  | 'ReleaseRejected.v1'
  | 'ReleaseWithdrawn.v1'
> = {
  'ReleaseSubmitted.v1': ({ spec, topology, policy, environment }) =>
    `submitted: ${spec.service} ${spec.version}, risk ${spec.risk}, over topology ${pinned(topology)}, ` +
    `${environment ? `through environment ${pinned(environment)}, ` : ''}judged by policy ${pinned(policy)}`,
  'PlanDrafted.v1': (plan) =>
    `plan of ${count(plan.batches, 'batch')} over ${count(plan.units, 'unit')}, ${methods(plan)}, takes at least ` +
    `${plan.duration} with ${plan.observation} of observation, ${findings(plan)}`,
  'BatchPlanned.v1': ({ batch, part, wave, cluster, units, interval, cumulativeUnits }) => {
    if (part > 1) return `${batch} planned, part ${part}: ${count(units.length, 'more unit')} of ${cluster}`;
    const what = `${count(units.length, 'unit')} of ${cluster}, observed for ${interval}`;
    if (wave === 0) return `${batch} planned, before production: ${what}`;
    return `${batch} planned for wave ${wave}: ${what}; ${count(cumulativeUnits, 'unit')} changed by then`;
  },
  'ReleasePlanned.v1': ({ digest }) => `the plan is complete (digest ${brief(digest)})`,
  'ReleaseEscalated.v1': ({ level, because, people = 1 }) =>
    `escalated: needs ${people > 1 ? `${people} approvals` : 'an approval'} of level ${level}, because the plan ` +
    `breaks ${list(because)}`,
  'ApprovalGiven.v1': ({ level, digest, nth, of }) =>
    `approved at level ${level}${of === undefined ? '' : `, ${nth} of ${of}`} (plan ${brief(digest)})`,
  'ReleaseReadied.v1': () => 'ready to start',
  'ReleaseRejected.v1': () => 'rejected',
  'ReleaseWithdrawn.v1': () => 'withdrawn',
};

/** The policy that ships is in no stream, and has no revision. */
function pinned({ name, revision }: { name: string; revision: number }): string {
  return `${name} (${revision < 0 ? 'as shipped' : `revision ${revision}`})`;
}

function methods({ methods }: EventData<'PlanDrafted.v1'>): string {
  return methods.length === 0
    ? 'no batching method'
    : `${methods.length === 1 ? 'method' : 'methods'} ${list(methods)}`;
}

function findings({ findings }: EventData<'PlanDrafted.v1'>): string {
  if (findings.length === 0) return 'no findings';
  const told = findings.slice(0, FINDINGS_TOLD).map(({ rule, severity, mode, batch, message }) => {
    const effect = mode === 'shadow' ? 'in shadow' : severity === 'block' ? 'blocks' : 'warns';
    return `${rule} (${effect})${batch === null ? '' : ` on ${batch}`}: ${message}`;
  });
  const more = findings.length > told.length ? `; and ${findings.length - told.length} more` : '';
  return `${count(findings.length, 'finding')}: ${told.join('; ')}${more}`;
}
