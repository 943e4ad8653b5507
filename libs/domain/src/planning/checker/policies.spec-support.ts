import fc from 'fast-check';
import { Policy } from '../../documents/policy.js';
import { RISKS } from '../../documents/risk.js';
import { type KnownRule, REQUIREMENT } from './expected-findings.spec-support.js';

/** Rules of an organisation's own whose truth can be told without CEL. The last cannot always be evaluated. */
const RULES: readonly KnownRule[] = [
  { when: 'plan.units > 6', isBroken: (all) => all.flatMap(({ units }) => units).length > 6 },
  { when: 'release.risk == "core"', isBroken: (_, { risk }) => risk === 'core' },
  { when: 'plan.batches.exists(b, b.units > 3)', isBroken: (all) => all.some(({ units }) => units.length > 3) },
  {
    when: 'plan.clusters.size() < 2 || plan.waves.all(w, w.batches == 1)',
    isBroken: (all) =>
      new Set(all.map(({ cluster }) => cluster)).size < 2 || new Set(all.map(({ wave }) => wave)).size === all.length,
  },
  {
    when: 'plan.batches.all(b, b.interval >= duration("20m"))',
    isBroken: (all) => all.every((batch) => batch.interval >= 1_200_000),
  },
  { when: '60 / (plan.units - 5) > 60', isBroken: (all) => all.flatMap(({ units }) => units).length === 5 },
];

const asked = fc.option(fc.constantFrom('0s', '20m', '30m', '60m'), { nil: undefined });
const perRisk = fc.record({ standard: asked, high: asked, core: asked });
const mode = fc.constantFrom('enforce', 'shadow', 'off');

/** Policies with any numbers, modes and rules of their own, each with what its own rules mean. */
export const policies = fc
  .record({
    minBatches: fc.integer({ min: 2, max: 4 }),
    firstBatch: fc.record({ maxUnits: fc.integer({ min: 1, max: 4 }), severity: fc.constantFrom('block', 'warn') }),
    total: perRisk,
    observe: perRisk,
    first: perRisk,
    validation: fc.record({
      required: fc.boolean(),
      acceptable: fc.subarray(['metric', 'latency', 'log', 'confirm'], { minLength: 1 }),
      deployment: fc.subarray(['file', 'inspect'], { minLength: 1 }),
    }),
    staging: fc.option(fc.record({ required: fc.subarray([...RISKS]) }), { nil: undefined }),
    modes: fc.dictionary(fc.constantFrom(...REQUIREMENT.filter((rule) => rule !== 'FRZ-1')), mode, { maxKeys: 3 }),
    rules: fc.uniqueArray(
      fc.record({ known: fc.constantFrom(...RULES), severity: fc.constantFrom('block', 'warn'), mode }),
      { maxLength: 3, selector: ({ known }) => known.when },
    ),
  })
  .map(({ rules, ...spec }) => {
    const own = rules.map(({ known, ...rest }, i) => ({
      id: `ORG-${i}`,
      when: known.when,
      message: 'broken',
      ...rest,
    }));
    const document = {
      apiVersion: 'sluice/v1',
      kind: 'Policy',
      metadata: { name: 'any' },
      spec: { ...spec, rules: own },
    };
    return { policy: Policy.parse(document), known: rules.map(({ known }) => known) };
  });
