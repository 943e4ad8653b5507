import { FreezeScope, FreezeWindowSpec } from '../freeze-window.js';
import { OwnRule, PolicySpec } from '../policy.js';
import { type FieldWords, wordsOn } from './field-words.js';

const { firstBatch, total, observe, first, validation, staging, approvals, people, budgets } = PolicySpec.shape;

/** By risk. */
const OF_RISKS = { standard: 'For standard risk.', high: 'For high risk.', core: 'For core risk.' };

export const POLICY_WORDS: readonly FieldWords[] = [
  wordsOn(PolicySpec, {
    minBatches: 'The least number of batches (BAT-2).',
    firstBatch: 'How large the first batch may be (BAT-3).',
    total: 'The least time from the start of the first batch to completion, by risk (INT-2).',
    observe: 'The least time of observation, summed over the waves, by risk (INT-3).',
    first: 'The least observation of each batch of the first wave, by risk (INT-4).',
    validation: 'What counts as a validation of a batch, and of the deployment itself (OBS-1, OBS-2).',
    staging: 'What is asked of staging; nothing unless a policy says so.',
    approvals: 'The level whose approval counts, by risk; exception for a plan with findings that block.',
    people: 'How many different people have to approve, by risk and for an exception.',
    holders: 'Who holds which level, by the names of their tokens; when absent, a token says its level itself.',
    budgets: 'How many releases may run at a time over one topology, and in one cluster.',
    modes: "How the requirement's own rules are taken; those that are not named are enforced.",
    rules: "Rules of the organisation's own.",
    levels: 'The levels of approval, from the lowest to the highest.',
  }),
  wordsOn(firstBatch.unwrap(), {
    maxUnits: 'More units than that are a finding.',
    severity: 'block: only an approved exception gets past it; warn: people are told.',
  }),
  wordsOn(total.unwrap(), OF_RISKS),
  wordsOn(observe.unwrap(), OF_RISKS),
  wordsOn(first.unwrap(), OF_RISKS),
  wordsOn(validation.unwrap(), {
    required: 'Whether every batch has to be validated.',
    acceptable: 'The ways that count.',
    deployment: 'The ways that count for the deployment itself.',
  }),
  wordsOn(staging.unwrap(), {
    required: 'The risks whose releases have to pass a staging environment first.',
    maxProduction: 'The largest share of production traffic that may go there.',
  }),
  wordsOn(approvals.unwrap(), { ...OF_RISKS, exception: 'For a plan with findings that block.' }),
  wordsOn(people.unwrap(), { ...OF_RISKS, exception: 'For a plan with findings that block.' }),
  wordsOn(budgets.unwrap(), { topology: 'Over one topology.', cluster: 'In one cluster.' }),
  wordsOn(OwnRule, {
    id: 'What the rule is called in findings.',
    severity: 'block: only an approved exception gets past it; warn: people are told.',
    mode: 'shadow reports and stops nobody, off does not look.',
    when: 'An expression in CEL over the plan that is true when the rule is broken.',
    message: 'What a finding says.',
    remedy: 'What would satisfy the rule.',
  }),
  wordsOn(FreezeWindowSpec, {
    reason: 'Why nothing is released then.',
    timeZone: 'The IANA time zone in which from and recurrence are meant.',
    from: 'The beginning of the first one by the clocks of the time zone, 2026-12-24T18:00.',
    duration: 'How long each of them lasts.',
    recurrence: 'When it comes again, a rule of RFC 5545 such as FREQ=WEEKLY;BYDAY=FR; once when absent.',
    scope: 'Which releases it is about: those that all of these fields fit.',
    active: 'false: it is kept, and stops nobody.',
  }),
  wordsOn(FreezeScope, {
    topologies: 'Releases over one of these topologies.',
    clusters: 'Clusters by name, with everything within them, or by what they are.',
    services: 'Releases of one of these services.',
    risks: 'Releases of one of these risks.',
  }),
];
