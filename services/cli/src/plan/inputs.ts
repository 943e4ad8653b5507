import type { Plan, Policy, Problem, ReadResult, Release, Timetable, Topology } from '#domain';
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
  timetable,
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

/** A plan with the times that it would have, and the documents that it follows from. */
export interface Planned {
  readonly plan: Plan;
  readonly times: Timetable;
  /** What the planner calls the plan, where it has made it. */
  readonly digest?: string;
  readonly release: Release;
  /** Null for those that only the service has seen. */
  readonly topology: Topology | null;
  readonly policy: Policy | null;
}

/**
 * Reads the documents and plans, started at `startAt`. @throws CommandFailure with every problem of every document at
 * once, each where it is
 */
export function planFrom(texts: PlanTexts, startAt: number): Planned {
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
  const given = windows.flatMap((window) => (window.ok ? window.value : []));
  const times = timetable(planned.plan, startAt, freezesAhead(given, release.value.spec, topology.value));
  return { plan: planned.plan, times, release: release.value, topology: topology.value, policy: policy.value };
}

export function readIfGiven<T, Otherwise extends T | null>(
  read: (text: string, source: string) => ReadResult<T>,
  document: DocumentText | undefined,
  otherwise: Otherwise,
): ReadResult<T | Otherwise> {
  return document ? read(document.text, document.source) : { ok: true, value: otherwise };
}

/** The planner speaks of `release` and `topology`; people have files with lines in them. */
export function located(
  problems: readonly Problem[],
  texts: Readonly<Record<string, DocumentText | undefined>>,
): readonly Problem[] {
  const named = problems.map((problem) => ({ ...problem, source: texts[problem.source ?? '']?.source ?? 'plan' }));
  return Object.values(texts).reduce<readonly Problem[]>(
    (found, text) => (text ? locateProblems(found, text.text, text.source) : found),
    named,
  );
}
