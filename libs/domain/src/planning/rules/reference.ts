import type { CONFLICT_RULE, DRIFT_RULE, FREEZE_RULE, RuleId } from '../rule-ids.js';

/** Where a rule is in the code: for people who want to see it, and for the page of reference that is made of this. */
export interface RuleReference {
  readonly rule: RuleId | typeof FREEZE_RULE | typeof CONFLICT_RULE | typeof DRIFT_RULE;
  /** What it asks, as a policy sees it. */
  readonly asks: string;
  /** What a plan that breaks it comes to; empty when no plan can. */
  readonly severity: string;
  /** Files, from the root of the repository: where it is checked when a plan is made. */
  readonly planned: readonly string[];
  /** Where it is enforced while a release runs. */
  readonly running: readonly string[];
  /** Tests that are named after it. */
  readonly tests: readonly string[];
}

const RULES = 'libs/domain/src/planning/rules';
const RELEASE = 'libs/domain/src/release';

/** Every rule, in the order in which people read them. */
export const RULE_REFERENCE: readonly RuleReference[] = [
  {
    rule: 'BAT-1',
    asks: 'one of the three batching methods at least',
    severity: 'blocks',
    planned: [`${RULES}/bat-1.ts`],
    running: [],
    tests: [`${RULES}/bat-1.spec.ts`],
  },
  {
    rule: 'BAT-2',
    asks: '`minBatches` batches at least, and not all of them in one wave',
    severity: 'blocks',
    planned: [`${RULES}/bat-2.ts`],
    running: [],
    tests: [`${RULES}/bat-2.spec.ts`],
  },
  {
    rule: 'BAT-3',
    asks: 'the smallest scope first, of `firstBatch.maxUnits` at most; no later batch of a cluster smaller than the one before',
    severity: 'blocks; more units first than that: `firstBatch.severity`',
    planned: [`${RULES}/bat-3.ts`],
    running: [],
    tests: [`${RULES}/bat-3.spec.ts`],
  },
  {
    rule: 'BAT-4',
    asks: 'what cannot be phased is escalated, never waved through',
    severity: 'blocks',
    planned: [`${RULES}/bat-4.ts`, `${RELEASE}/decide-submission.ts`],
    running: [`${RELEASE}/commands.ts`, `${RELEASE}/decide-approval.ts`],
    tests: [`${RULES}/bat-4.spec.ts`, `${RELEASE}/decide-submission.spec.ts`, `${RELEASE}/approval.property.spec.ts`],
  },
  {
    rule: 'INT-1',
    asks: 'an interval before each next batch; changed at any time, never below what the policy asks',
    severity: 'blocks',
    planned: [`${RULES}/int-1.ts`],
    running: [`${RELEASE}/decide-operation.ts`],
    tests: [`${RULES}/int-1.spec.ts`, `${RELEASE}/decide-operation.spec.ts`],
  },
  {
    rule: 'INT-2',
    asks: '`total` from the start of the first batch to completion, by risk',
    severity: 'blocks',
    planned: [`${RULES}/int-2.ts`],
    running: [`${RELEASE}/observation.ts`, `${RELEASE}/policy-minima.ts`, `${RELEASE}/decide-operation.ts`],
    tests: [`${RULES}/int-2.spec.ts`, `${RELEASE}/run-time.spec.ts`, `${RELEASE}/run-time.property.spec.ts`],
  },
  {
    rule: 'INT-3',
    asks: '`observe` in all, summed over the waves, by risk',
    severity: 'blocks',
    planned: [`${RULES}/int-3.ts`],
    running: [`${RELEASE}/observation.ts`, `${RELEASE}/policy-minima.ts`, `${RELEASE}/decide-operation.ts`],
    tests: [`${RULES}/int-3.spec.ts`, `${RELEASE}/run-time.spec.ts`, `${RELEASE}/run-time.property.spec.ts`],
  },
  {
    rule: 'INT-4',
    asks: '`first` of observation for each batch of the first wave, by risk',
    severity: 'blocks',
    planned: [`${RULES}/int-4.ts`],
    running: [`${RELEASE}/observation.ts`, `${RELEASE}/policy-minima.ts`, `${RELEASE}/decide-operation.ts`],
    tests: [`${RULES}/int-4.spec.ts`, `${RELEASE}/run-time.spec.ts`, `${RELEASE}/run-time.property.spec.ts`],
  },
  {
    rule: 'INT-5',
    asks: 'later intervals may follow what was observed, by the rule that `interval.adaptive` states; never below what the policy asks',
    severity: 'blocks when they begin outside of their own bounds',
    planned: [`${RULES}/int-5.ts`],
    running: [`${RELEASE}/adaptive-intervals.ts`],
    tests: [`${RULES}/int-5.spec.ts`, `${RELEASE}/adaptive-intervals.spec.ts`],
  },
  {
    rule: 'OBS-1',
    asks: 'every batch is validated, by one of `validation.acceptable` at least',
    severity: 'blocks',
    planned: [`${RULES}/obs-1.ts`],
    running: [`${RELEASE}/automatic-rules.ts`],
    tests: [`${RULES}/obs-1.spec.ts`, `${RELEASE}/automatic-rules.spec.ts`],
  },
  {
    rule: 'OBS-2',
    asks: 'the deployment itself is confirmed, by one of `validation.deployment`',
    severity: 'blocks',
    planned: [`${RULES}/obs-2.ts`],
    running: ['services/executor/src/carrying-out/deployment.ts', `${RELEASE}/decide-unit.ts`],
    tests: [`${RULES}/obs-2.spec.ts`, `${RELEASE}/decide-unit.spec.ts`],
  },
  {
    rule: 'OBS-3',
    asks: 'the next batch stays shut until this one is confirmed stable',
    severity: '',
    planned: [],
    running: [`${RELEASE}/automatic-rules.ts`],
    tests: [`${RELEASE}/automatic-rules.spec.ts`],
  },
  {
    rule: 'OBS-4',
    asks: 'the second look is by somebody who neither submitted nor started the release',
    severity: '',
    planned: [],
    running: [`${RELEASE}/decide-observation.ts`],
    tests: [`${RELEASE}/decide-observation.spec.ts`],
  },
  {
    rule: 'RBK-1',
    asks: 'one batch, and the whole release, can be rolled back',
    severity: 'blocks',
    planned: [`${RULES}/rbk-1.ts`],
    running: [`${RELEASE}/decide-operation.ts`, `${RELEASE}/automatic-rollback.ts`],
    tests: [`${RULES}/rbk-1.spec.ts`, `${RELEASE}/decide-rollback.spec.ts`],
  },
  {
    rule: 'RBK-2',
    asks: 'every rollback is recorded: who or which rule, why, on what evidence, what each unit ran before and after',
    severity: '',
    planned: [],
    running: [`${RELEASE}/decide-unit-rollback.ts`, `${RELEASE}/events.ts`],
    tests: [`${RELEASE}/decide-unit-rollback.spec.ts`],
  },
  {
    rule: 'STG-1',
    asks: 'staging takes all internal traffic and a set share of production traffic, `staging.maxProduction` at most',
    severity: 'blocks; less than all internal traffic warns',
    planned: [`${RULES}/stg-1.ts`],
    running: [`${RELEASE}/staging-rules.ts`],
    tests: [`${RULES}/stg-1.spec.ts`, `${RELEASE}/staging-shift.spec.ts`],
  },
  {
    rule: 'STG-2',
    asks: 'calls between services inside staging stay inside',
    severity: 'blocks',
    planned: [`${RULES}/stg-2.ts`],
    running: [`${RELEASE}/decide-staging.ts`, 'libs/traffic/src/closed-loop/closed-loop.ts'],
    tests: [`${RULES}/stg-2.spec.ts`, `${RELEASE}/staging-probe.spec.ts`],
  },
  {
    rule: 'STG-3',
    asks: 'production opens only after staging has passed, where `staging.required` names the risk',
    severity: 'blocks',
    planned: [`${RULES}/stg-3.ts`],
    running: [`${RELEASE}/staging-rules.ts`],
    tests: [`${RULES}/stg-3.spec.ts`, `${RELEASE}/staging.spec.ts`],
  },
  {
    rule: 'FRZ-1',
    asks: 'a release that goes through freeze windows needs an approved exception; all others wait at the edge',
    severity: 'blocks',
    planned: [`${RULES}/frz-1.ts`],
    running: ['libs/domain/src/freezes/freeze-obstacle.ts'],
    tests: [`${RULES}/frz-1.spec.ts`],
  },
  {
    rule: 'CFL-1',
    asks: 'a unit and a staging environment belong to one running release at a time, and no more run than `budgets` say',
    severity: '',
    planned: ['services/planner/src/releases/submission.ts'],
    running: ['libs/domain/src/contention/in-the-way.ts'],
    tests: ['libs/domain/src/contention/in-the-way.spec.ts'],
  },
  {
    rule: 'DRF-1',
    asks: 'units that come or go while a release runs are reported, and handled as it says',
    severity: '',
    planned: [],
    running: [`${RELEASE}/decide-drift.ts`],
    tests: [`${RELEASE}/decide-drift.spec.ts`],
  },
];
