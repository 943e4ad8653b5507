import type { PLANNER, RequestOf } from '#messaging';
import { Rejection } from '#messaging';

type PlanDocuments = RequestOf<typeof PLANNER.planRelease>;

const PARTS = ['release', 'topology', 'policy', 'environment'];

/** A release alone, or a release with the documents to plan it with. */
export function planDocuments(body: unknown): PlanDocuments {
  if (typeof body !== 'object' || body === null || !('release' in body)) return { release: body };
  const unknown = Object.keys(body).filter((field) => !PARTS.includes(field));
  if (unknown.length === 0) return body;
  const errors = unknown.map((path) => ({ path, message: `unknown field; known here: ${PARTS.join(', ')}` }));
  throw new Rejection({ kind: 'invalid', code: 'INVALID_REQUEST', message: 'the body is not as it should be', errors });
}
