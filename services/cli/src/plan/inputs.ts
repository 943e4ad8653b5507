import type { Freeze, Plan, Policy, Problem, ReadResult, Release, Topology } from '#domain';
import {
  DEFAULT_POLICY,
  freezesAhead,
  locateProblems,
  plan,
  readEnvironment,
  readFreezeWindow,
  readPolicy,
  readRelease,
  readTopology,
} from '#domain';
import type { DocumentText } from '../documents/read-file.js';
import { unsound } from '../failure.js';

/** The texts that a plan is made from. */
export interface PlanTexts {
  readonly release: DocumentText;
  readonly topology: DocumentText;
  /** The policy that ships when absent. */
  readonly policy: DocumentText | undefined;
  readonly environment: DocumentText | undefined;
  readonly freezeWindows: readonly DocumentText[];
}

/** A plan with the documents that it follows from. */
export interface Planned {
  readonly plan: Plan;
  readonly release: Release;
  readonly topology: Topology;
  readonly policy: Policy;
  /** Of the freeze windows that were given, those about the release: `timetable` goes around them. */
  readonly freezes: readonly Freeze[];
}

/**
 * Reads the documents and plans. @throws CommandFailure with every problem of every document at once, each where it is
 */
export function planFrom(texts: PlanTexts): Planned {
  const release = readRelease(texts.release.text, texts.release.source);
  const topology = readTopology(texts.topology.text, texts.topology.source);
  const policy = readIfGiven(readPolicy, texts.policy, DEFAULT_POLICY);
  const environment = readIfGiven(readEnvironment, texts.environment, null);
  const windows = texts.freezeWindows.map(({ text, source }) => readFreezeWindow(text, source));
  const problems = [release, topology, policy, environment, ...windows].flatMap((result) =>
    result.ok ? [] : result.problems,
  );
  if (!release.ok || !topology.ok || !policy.ok || !environment.ok || problems.length > 0) throw unsound(problems);
  const planned = plan(release.value, topology.value, policy.value, environment.value);
  if (!planned.ok) throw unsound(located(planned.problems, { release: texts.release, topology: texts.topology }));
  const sound = windows.flatMap((window) => (window.ok ? window.value : []));
  const freezes = freezesAhead(sound, release.value.spec, topology.value);
  return { plan: planned.plan, release: release.value, topology: topology.value, policy: policy.value, freezes };
}

function readIfGiven<T, Otherwise extends T | null>(
  read: (text: string, source: string) => ReadResult<T>,
  document: DocumentText | undefined,
  otherwise: Otherwise,
): ReadResult<T | Otherwise> {
  return document ? read(document.text, document.source) : { ok: true, value: otherwise };
}

/** The planner speaks of `release` and `topology`; people have files with lines in them. */
function located(problems: readonly Problem[], texts: Readonly<Record<string, DocumentText>>): readonly Problem[] {
  const named = problems.map((problem) => ({ ...problem, source: texts[problem.source ?? '']?.source ?? 'plan' }));
  return Object.values(texts).reduce<readonly Problem[]>(
    (found, { text, source }) => locateProblems(found, text, source),
    named,
  );
}
