export { levelAbove } from './approval/levels.js';
export * from './configuration/configuration.js';
export { type DecideProposal, decideProposal, isStale } from './configuration/decide-proposal.js';
export * from './configuration/events.js';
export { evolveConfiguration } from './configuration/evolve-configuration.js';
export { policyChanges } from './configuration/policy-changes.js';
export {
  type ConfigurationOutcome,
  type ConfigurationState,
  type Decided,
  NO_CONFIGURATION,
  type ProposalRefusal,
  type Proposed,
  SHIPPED_REVISION,
} from './configuration/state.js';
export type { Conflict } from './contention/conflict.js';
export { type Contender, contenderOf, hasBegun, newcomer, type Units } from './contention/contender.js';
export { conflictOf, type Sharing, sharedUnit, takenBy } from './contention/in-the-way.js';
export { lateComerTaken, type Rival } from './contention/late-comers.js';
export * from './documents/environment/environment.js';
export * from './documents/environment/gateway-api-router.js';
export * from './documents/environment/haproxy-router.js';
export * from './documents/environment/nginx-router.js';
export * from './documents/environment/router.js';
export * from './documents/environment/stack.js';
export * from './documents/freeze-window.js';
export * from './documents/json-schemas/json-schemas.js';
export * from './documents/metadata.js';
export { formatPath } from './documents/path.js';
export * from './documents/policy.js';
export { locateProblems, type ReadResult, readDocument, validateDocument } from './documents/read-document.js';
export {
  checkTopology,
  readEnvironment,
  readFreezeWindow,
  readPolicy,
  readRelease,
  readTopology,
} from './documents/readers.js';
export * from './documents/release.js';
export { STAGING_VALIDATORS } from './documents/release-flaws.js';
export * from './documents/risk.js';
export * from './documents/topology.js';
export * from './documents/validators.js';
export { concerns, type Freeze, freezesAbout, freezesAhead, isForClusters } from './freezes/freeze.js';
export { freezeObstacle } from './freezes/freeze-obstacle.js';
export { type Drift, driftOf, type NewUnits } from './planning/drift.js';
export { factsOf, type JudgeInput } from './planning/facts.js';
export { isBlocking, isEnforced } from './planning/modes.js';
export { LARGEST_PLAN } from './planning/own-rules/compile.js';
export { WITHHELD } from './planning/own-rules/restrictions.js';
export { OBJECTS, VARIABLES } from './planning/own-rules/variables.js';
export { type PlanResult, plan } from './planning/plan.js';
export * from './planning/rule-ids.js';
export { RULE_REFERENCE, type RuleReference } from './planning/rules/reference.js';
export { STAGING_BATCH } from './planning/staging.js';
export * from './planning/timetable.js';
export * from './planning/types.js';
export * from './release/commands.js';
export { decide } from './release/decide.js';
export { ROLLBACK_AFTER_COMPLETION_MS } from './release/decide-operation.js';
export * from './release/events.js';
export { evolve, fold } from './release/evolve.js';
export { type Agenda, type Effect, next } from './release/next.js';
export * from './release/obstacle.js';
export {
  driversOf,
  findBatch,
  findUnit,
  plannedBatch,
  plannedUnit,
  productionBatches,
  unitsOf,
} from './release/plan-index.js';
export * from './release/reading.js';
export * from './release/refusal.js';
export { Roster } from './release/roster.js';
export { environmentOf, isShut, isStaging, type StagingNow, stagingNow, validatorsOf } from './release/staging.js';
export type { StagingEffect } from './release/staging-agenda.js';
export * from './release/state.js';
export * from './release/status.js';
export { TRANSITIONS } from './release/transitions.js';
export * from './release/verdict.js';
export { type BatchView, type ReleaseView, type StagingView, type TrafficView, viewRelease } from './release/view.js';
export { deadlineOf, gateAt } from './release/waves.js';
export * from './values/duration.js';
export * from './values/host-port.js';
export * from './values/network.js';
export * from './values/share.js';
export * from './values/traffic.js';
