import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { outcomesOf, planWritten, type Written } from '../patched.spec-support.js';
import { stages, topologies } from '../random-plans.spec-support.js';

const apiVersion = 'sluice/v1';
const minutes = fc.constantFrom('0s', '30s', '4m', '9m59s', '10m', '20m', '45m', '2h');
const optional = <T>(field: fc.Arbitrary<T>) => fc.option(field, { nil: undefined });

const intervals = fc
  .record({
    first: optional(minutes),
    default: optional(minutes),
    batches: optional(fc.dictionary(fc.constantFrom('c1.1', 'c1.2', 'c2.1', 'c3.1', 'c3.2'), minutes, { maxKeys: 2 })),
    adaptive: optional(
      fc.constantFrom({ min: '5m', max: '15m' }, { min: '10m', max: '10m' }, { min: '1h', max: '2h', after: 2 }),
    ),
  })
  .map(written);

const VALIDATORS = [
  { name: 'errors', metric: { events: 'errors_total', exposure: 'requests_total' } },
  { name: 'second-look', file: { path: '/version', sha256: 'a'.repeat(64) } },
  { name: 'online-file', log: { source: 'a.log', pattern: 'done', min: 1 } },
];

const staging = fc
  .record({
    environment: fc.constant('checkout-staging'),
    traffic: optional(fc.constantFrom({}, { production: '5%' }, { internal: '50%' }, { mode: 'mirror' })),
  })
  .map(written);

const releases = fc
  .record({
    risk: optional(fc.constantFrom('standard', 'high', 'core')),
    rollout: stages,
    interval: optional(intervals),
    validate: optional(fc.subarray(VALIDATORS)),
    staging: optional(staging),
  })
  .map((spec) => ({
    apiVersion,
    kind: 'Release',
    metadata: { name: 'checkout-2.4.0' },
    spec: written({ service: 'checkout', version: '2.4.0', topology: 'any', reason: 'a test', ...spec }),
  }));

const policies = fc
  .record({
    minBatches: optional(fc.integer({ min: 2, max: 9 })),
    firstBatch: optional(
      fc.record({ maxUnits: fc.integer({ min: 1, max: 4 }), severity: fc.constantFrom('warn', 'block') }),
    ),
    total: optional(fc.record({ standard: minutes, high: minutes })),
    observe: optional(fc.record({ standard: minutes, core: minutes })),
    first: optional(fc.record({ standard: minutes, core: minutes })),
    validation: optional(
      fc.record({
        acceptable: fc.subarray(['metric', 'latency', 'log', 'confirm'], { minLength: 1 }),
        deployment: fc.subarray(['file', 'inspect'], { minLength: 1 }),
      }),
    ),
    staging: optional(fc.constantFrom({ required: ['standard', 'core'] }, { maxProduction: '0.5%' }, {})),
  })
  .map((spec) => ({ apiVersion, kind: 'Policy', metadata: { name: 'default' }, spec: written(spec) }));

const environments = fc
  .record({
    drivers: optional(fc.constantFrom({}, { exec: { inspect: ['true'], deploy: ['true'] } })),
    driver: optional(fc.constantFrom('exec', 'teleport')),
    internal: optional(fc.constant({ networks: ['10.0.0.0/8'] })),
    calls: optional(fc.constant([{ file: '/var/log/calls.ndjson' }])),
  })
  .map(({ driver, ...spec }) => ({
    apiVersion,
    kind: 'Environment',
    metadata: { name: 'checkout-staging' },
    spec: written({
      services: [{ name: 'checkout', units: [written({ id: 'staging-1', address: '10.9.0.1:8001', driver })] }],
      router: { nginx: { split: '/etc/split.conf', test: ['nginx', '-t'], reload: ['nginx', '-s', 'reload'] } },
      ...spec,
    }),
  }));

/** Some units are driven by something that there is not; some topologies have no commands. */
const fleets = fc
  .record({ topology: topologies, teleported: fc.integer({ min: 0, max: 5 }), driven: fc.boolean() })
  .map(({ topology, teleported, driven }) => {
    const { spec } = topology;
    const clusters = JSON.parse(
      JSON.stringify(spec.clusters)
        .replaceAll('"driver":"exec",', '')
        .replaceAll(`{"id":"c1-${teleported}"`, `{"driver":"teleport","id":"c1-${teleported}"`),
    );
    return { ...topology, spec: driven ? { ...spec, clusters } : { clusters } };
  });

const cases = fc.record({
  release: releases,
  topology: fleets,
  policy: policies,
  environment: optional(environments),
});

/** What no change of a document would do. */
const HOPELESS = /cannot be phased|with the environment at hand/;

describe('whatever the documents', () => {
  it('the patch of a finding removes it, and a finding without a patch is one that no change would remove', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(cases, (documents: Written) => {
        const made = planWritten(documents);
        if (!('findings' in made)) return;
        for (const { finding, flaw } of outcomesOf(documents, made)) {
          expect({ finding, flaw }).toEqual({ finding, flaw: undefined });
          seen.add(finding.rule);
        }
        for (const { path, patch, rule, remedy } of made.findings) {
          expect(path).toMatch(/^spec\./);
          if (!patch) expect({ rule, remedy }).toEqual({ rule, remedy: expect.stringMatching(HOPELESS) });
        }
      }),
      { numRuns: 200 },
    );
    expect(seen.size).toBeGreaterThan(7);
  }, 60_000);
});

function written<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
