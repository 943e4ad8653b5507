import type { Environment, FreezeWindow, Policy, ReadResult, Release, Topology } from '#domain';
import { readEnvironment, readFreezeWindow, readPolicy, readRelease, readTopology } from '#domain';
import { unsound } from '../failure.js';
import type { DocumentText } from './read-file.js';

type Unsound = Extract<ReadResult<unknown>, { ok: false }>;

/** @throws CommandFailure with everything that is wrong */
export function soundRelease(document: DocumentText): Release {
  return sound(readRelease(document.text, document.source));
}

/** @throws CommandFailure with everything that is wrong */
export function soundEnvironment(document: DocumentText): Environment {
  return sound(readEnvironment(document.text, document.source));
}

/** What `apply` registers: whatever the document says it is. @throws CommandFailure with everything that is wrong */
export function soundConfiguration({ text, source }: DocumentText): Topology | Policy | Environment | FreezeWindow {
  const unsoundAs: Unsound[] = [];
  for (const read of [readTopology, readPolicy, readEnvironment, readFreezeWindow]) {
    const result = read(text, source);
    if (result.ok) return result.value;
    unsoundAs.push(result);
  }
  const { problems } = closest(unsoundAs);
  throw unsound(
    problems,
    isOfAnotherKind(problems)
      ? ['apply registers a Topology, a Policy, an Environment or a FreezeWindow; `sluice submit -f` takes a Release.']
      : [],
  );
}

/** The reader for the kind that the document has; for a slip in the kind itself the one which finds least wrong. */
function closest(results: readonly Unsound[]): Unsound {
  const ofItsKind = results.find(({ problems }) => !isOfAnotherKind(problems));
  return ofItsKind ?? results.reduce((least, each) => (each.problems.length < least.problems.length ? each : least));
}

function isOfAnotherKind(problems: Unsound['problems']): boolean {
  return problems.some(({ path }) => path === 'kind');
}

function sound<T>(result: ReadResult<T>): T {
  if (!result.ok) throw unsound(result.problems);
  return result.value;
}
