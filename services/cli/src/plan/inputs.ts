import type { Plan, Policy, Problem, Release, Topology } from '#domain';
import { DEFAULT_POLICY, locateProblems, plan, readPolicy, readRelease, readTopology } from '#domain';
import type { DocumentText } from '../documents/read-file.js';
import { unsound } from '../failure.js';

/** The texts that a plan is made from. */
export interface PlanTexts {
  readonly release: DocumentText;
  readonly topology: DocumentText;
  /** The policy that ships when absent. */
  readonly policy: DocumentText | undefined;
}

/** A plan with the documents that it follows from. */
export interface Planned {
  readonly plan: Plan;
  readonly release: Release;
  readonly topology: Topology;
  readonly policy: Policy;
}

/**
 * Reads the documents and plans. @throws CommandFailure with every problem of every document at once, each where it is
 */
export function planFrom({ release, topology, policy }: PlanTexts): Planned {
  const read = {
    release: readRelease(release.text, release.source),
    topology: readTopology(topology.text, topology.source),
    policy: policy ? readPolicy(policy.text, policy.source) : { ok: true as const, value: DEFAULT_POLICY },
  };
  const problems = [read.release, read.topology, read.policy].flatMap((result) => (result.ok ? [] : result.problems));
  if (!read.release.ok || !read.topology.ok || !read.policy.ok) throw unsound(problems);
  const planned = plan(read.release.value, read.topology.value, read.policy.value);
  if (!planned.ok) throw unsound(located(planned.problems, { release, topology }));
  return { plan: planned.plan, release: read.release.value, topology: read.topology.value, policy: read.policy.value };
}

/** The planner speaks of `release` and `topology`; people have files with lines in them. */
function located(problems: readonly Problem[], texts: Readonly<Record<string, DocumentText>>): readonly Problem[] {
  const named = problems.map((problem) => ({ ...problem, source: texts[problem.source ?? '']?.source ?? 'plan' }));
  return Object.values(texts).reduce<readonly Problem[]>(
    (found, { text, source }) => locateProblems(found, text, source),
    named,
  );
}
