import type { Policy, ReadResult, Release, Topology } from '#domain';
import { readPolicy, readRelease, readTopology } from '#domain';
import { unsound } from '../failure.js';
import type { DocumentText } from './read-file.js';

/** @throws CommandFailure with everything that is wrong */
export function soundRelease(document: DocumentText): Release {
  return sound(readRelease(document.text, document.source));
}

/**
 * What `apply` registers. The kind is that of the reader which finds least wrong, so that a slip in the kind itself is
 * told as just that.
 */
export function soundConfiguration({ text, source }: DocumentText): Topology | Policy {
  const topology = readTopology(text, source);
  if (topology.ok) return topology.value;
  const policy = readPolicy(text, source);
  if (policy.ok) return policy.value;
  const problems = policy.problems.length < topology.problems.length ? policy.problems : topology.problems;
  const wrongKind = problems.some(({ path }) => path === 'kind');
  throw unsound(
    problems,
    wrongKind ? ['apply registers a Topology or a Policy; `sluice submit -f` takes a Release.'] : [],
  );
}

function sound<T>(result: ReadResult<T>): T {
  if (!result.ok) throw unsound(result.problems);
  return result.value;
}
