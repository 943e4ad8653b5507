import { z } from 'zod';
import { LONGEST_EXPRESSION } from '../planning/own-rules/language.js';
import { RULES } from '../planning/rule-ids.js';
import { Duration } from '../values/duration.js';
import { TrafficShare } from '../values/traffic.js';
import { isRecord, refusing } from './flaw.js';
import { holderFlaws } from './holder-flaws.js';
import { API_VERSION, Metadata, Name } from './metadata.js';
import { modeFlaws, ownRuleFlaws } from './own-rule-flaws.js';
import { levelFlaws } from './policy-flaws.js';
import { RISKS } from './risk.js';

/** `block`: only an approved exception gets past it. `warn`: people are told. */
export const Severity = z.enum(['block', 'warn']);
export type Severity = z.infer<typeof Severity>;

/** A least time that is asked only where a policy says so. */
const least = Duration.optional();

/** How a rule is taken: `shadow` reports and stops nobody, `off` does not look. */
export const RuleMode = z.enum(['enforce', 'shadow', 'off']);
export type RuleMode = z.infer<typeof RuleMode>;

/** A rule of an organisation's own: an expression in CEL over the plan that is true when the rule is broken. */
export const OwnRule = z.strictObject({
  id: Name,
  severity: Severity.default('block'),
  mode: RuleMode.default('enforce'),
  when: z.string().min(1).max(LONGEST_EXPRESSION),
  message: z.string().min(1).max(1_000),
  remedy: z.string().min(1).max(1_000).optional(),
});
export type OwnRule = z.infer<typeof OwnRule>;

/** So many different people have to approve. */
const people = z.int().min(1).max(10).default(1);

/** At most so many releases run at a time. */
const budget = z.int().min(1).max(10_000).optional();

/** What an organisation asks of its releases. Every field has the value that ships. */
export const PolicySpec = z.strictObject({
  minBatches: z.int().min(2).max(1_000).default(2),
  firstBatch: z
    .strictObject({ maxUnits: z.int().min(1).max(10_000).default(1), severity: Severity.default('warn') })
    .prefault({}),
  /** The least time from the start of the first batch to completion. Asking it of one risk leaves the others be. */
  total: z.strictObject({ standard: least, high: Duration.default('60m'), core: least }).prefault({}),
  /** The least time of observation, summed over the waves. */
  observe: z.strictObject({ standard: least, high: least, core: Duration.default('30m') }).prefault({}),
  /** The least observation of each batch of the first wave. */
  first: z.strictObject({ standard: least, high: least, core: Duration.default('20m') }).prefault({}),
  validation: z
    .strictObject({
      required: z.boolean().default(true),
      acceptable: z
        .array(z.enum(['metric', 'latency', 'log', 'confirm']))
        .min(1)
        .default(['metric', 'latency', 'log', 'confirm']),
      deployment: z
        .array(z.enum(['file', 'inspect']))
        .min(1)
        .default(['file', 'inspect']),
    })
    .prefault({}),
  /** What is asked of staging; nothing unless a policy says so. */
  staging: z
    .strictObject({
      /** The risks whose releases have to pass a staging environment first. */
      required: z.array(z.enum(RISKS)).default([]),
      /** The largest share of production traffic that may go there. */
      maxProduction: TrafficShare.optional(),
    })
    .optional(),
  /** The level whose approval counts, by risk; `exception` for a plan with findings that block. */
  approvals: z
    .strictObject({
      standard: Name.default('peer'),
      high: Name.default('owner'),
      core: Name.default('owner'),
      exception: Name.default('director'),
    })
    .prefault({}),
  /** How many different people have to approve, by risk and for an exception. With two or more none of them starts it. */
  people: z.strictObject({ standard: people, high: people, core: people, exception: people }).optional(),
  /** Who holds which level, by the names of their tokens. When absent, a token says its level itself. */
  holders: z.record(Name, z.array(Name).max(1_000)).optional(),
  /** How many releases may run at a time over one topology, and in one cluster. */
  budgets: z.strictObject({ topology: budget, cluster: budget }).optional(),
  /** How the requirement's own rules are taken; those that are not named are enforced. */
  modes: z.partialRecord(z.enum(RULES), RuleMode).optional(),
  /** Rules of the organisation's own. */
  rules: z.array(OwnRule).max(200).optional(),
  /** From the lowest to the highest. */
  levels: z.array(Name).min(1).max(20).default(['peer', 'owner', 'director']),
});
export type PolicySpec = z.infer<typeof PolicySpec>;

/** What an organisation asks, under a name. A release pins the revision that it was planned with. */
export const Policy = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('Policy'),
    metadata: Metadata,
    spec: PolicySpec,
  })
  .superRefine(
    refusing((policy) => [
      ...levelFlaws(policy),
      ...holderFlaws(policy),
      ...ownRuleFlaws(policy),
      ...modeFlaws(policy),
    ]),
    { when: ({ value }) => isRecord(value) },
  );
export type Policy = z.infer<typeof Policy>;

/** The policy that ships: exactly the requirements. */
export const DEFAULT_POLICY: Policy = Policy.parse({
  apiVersion: API_VERSION,
  kind: 'Policy',
  metadata: { name: 'default' },
  spec: {},
});
