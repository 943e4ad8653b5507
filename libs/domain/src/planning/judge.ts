import type { PolicySpec } from '../documents/policy.js';
import type { Risk } from '../documents/risk.js';
import { type Duration, formatDuration } from '../values/duration.js';
import { factsOf, type JudgeInput, type PlanFacts } from './facts.js';
import { inMode, isBlocking, modeOf } from './modes.js';
import { ownFindings } from './own-rules/own-findings.js';
import { RULES } from './rule-ids.js';
import { frz1 } from './rules/frz-1.js';
import { RULE_TABLE } from './rules/table.js';
import type { ApprovalNeed, BatchingMethod, Finding } from './types.js';

/** What the policy has to say about batches, and how long they take. */
export interface Judgement {
  readonly findings: readonly Finding[];
  /** Null when nobody has to approve. */
  readonly approval: ApprovalNeed | null;
  readonly methods: readonly BatchingMethod[];
  readonly duration: Duration;
  readonly observation: Duration;
}

/**
 * Judges batches by a policy: when they are planned, and again whenever an interval of theirs is to change. Takes time
 * in proportion to the batches and their units, and looks at nothing but its input.
 */
export function judge(input: JudgeInput): Judgement {
  const facts = { ...factsOf(input), inspect: requirementFindings };
  const findings = [...requirementFindings(facts), ...frz1(facts), ...ownFindings(facts)];
  return {
    findings,
    approval: approvalNeeded(findings, input.spec.risk, input.policy),
    methods: facts.methods,
    duration: formatDuration(facts.duration),
    observation: formatDuration(facts.observation),
  };
}

/** What the requirement's rules find, each in the mode that the policy takes it in. */
function requirementFindings(facts: PlanFacts): Finding[] {
  return RULES.flatMap((id) => inMode(modeOf(facts.policy, id), () => RULE_TABLE[id]?.(facts) ?? []));
}

function approvalNeeded(findings: readonly Finding[], risk: Risk, policy: PolicySpec): ApprovalNeed | null {
  const because = [...new Set(findings.filter(isBlocking).map(({ rule }) => rule))];
  if (because.length > 0) return need('exception', because, policy);
  return risk === 'standard' ? null : need(risk, [], policy);
}

function need(use: Risk | 'exception', because: readonly string[], policy: PolicySpec): ApprovalNeed {
  const people = policy.people?.[use] ?? 1;
  return { level: policy.approvals[use], because, ...(people > 1 ? { people } : {}) };
}
