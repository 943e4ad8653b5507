import type { PolicySpec } from '../documents/policy.js';
import type { Risk } from '../documents/risk.js';
import { type Duration, formatDuration } from '../values/duration.js';
import { factsOf, type JudgeInput } from './facts.js';
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
  const facts = factsOf(input);
  const findings = [...Object.values(RULE_TABLE).flatMap((rule) => rule(facts)), ...frz1(facts)];
  return {
    findings,
    approval: approvalNeeded(findings, input.spec.risk, input.policy),
    methods: facts.methods,
    duration: formatDuration(facts.duration),
    observation: formatDuration(facts.observation),
  };
}

function approvalNeeded(findings: readonly Finding[], risk: Risk, policy: PolicySpec): ApprovalNeed | null {
  const because = [...new Set(findings.filter(({ severity }) => severity === 'block').map(({ rule }) => rule))];
  if (because.length > 0) return { level: policy.approvals.exception, because };
  return risk === 'standard' ? null : { level: policy.approvals[risk], because: [] };
}
