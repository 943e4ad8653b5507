import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePath } from '../../documents/path.js';
import type { Release } from '../../documents/release.js';
import { plan } from '../plan.js';
import { anyDocuments } from './documents.spec-support.js';
import { expectedBatches } from './expected-batches.spec-support.js';
import { expectedApproval, expectedFindings, REQUIREMENT } from './expected-findings.spec-support.js';
import { objectionsTo } from './objections.spec-support.js';

const RUNS = 1_500;

describe('whatever the topology, the release and the policy', () => {
  it('the planner refuses what cannot be planned, each problem with its place, or agrees with the checker in every batch and every finding', () => {
    const seen = { refused: 0, planned: 0, rules: new Set<string>() };
    fc.assert(
      fc.property(anyDocuments, ({ release, topology, judged: { policy, known } }) => {
        const result = plan(release, topology, policy);
        const batches = expectedBatches(release, topology);
        if (batches === 'refused' || !result.ok) {
          expect({ planner: result.ok, checker: batches !== 'refused' }).toEqual({ planner: false, checker: false });
          const problems = result.ok ? [] : result.problems;
          expect(problems.length).toBeGreaterThan(0);
          expect(problems.filter(({ path }) => !isPlace(release, path))).toEqual([]);
          seen.refused += 1;
          return;
        }
        const { findings, approval } = result.plan;
        expect(objectionsTo(result.plan, batches, policy.spec)).toEqual([]);
        const expected = expectedFindings({ batches, spec: release.spec, policy: policy.spec, topology }, known);
        const found = findings.map(
          (finding) => `${finding.rule} ${finding.severity}${finding.mode ? ' in shadow' : ''}`,
        );
        expect(new Set(found)).toEqual(expected);
        const needed = expectedApproval(expected, { spec: release.spec, policy: policy.spec });
        expect(approval && { level: approval.level, because: new Set(approval.because) }).toEqual(needed);
        seen.planned += 1;
        for (const finding of expected) seen.rules.add(finding.split(' ')[0] ?? '');
      }),
      { numRuns: RUNS },
    );
    expect(seen.planned).toBeGreaterThan(RUNS / 5);
    expect(seen.refused).toBeGreaterThan(RUNS / 5);
    expect([...REQUIREMENT, 'ORG-0'].filter((rule) => !seen.rules.has(rule))).toEqual([]);
  });
});

/** True for a place in the document, and for one that could be filled in just there. */
function isPlace(release: Release, path: string): boolean {
  const steps = parsePath(path);
  let at: unknown = release;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null) return false;
    at = (at as Readonly<Record<string | number, unknown>>)[step];
  }
  return steps.length > 0;
}
