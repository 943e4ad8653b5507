import type { ProblemKind, ServiceProblem } from '#messaging';

/** A problem as HTTP tells it. */
export interface HttpProblem extends Omit<ServiceProblem, 'kind'> {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const STATUS: Readonly<Record<ProblemKind, number>> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  refused: 409,
  conflict: 409,
  'too-large': 413,
  unavailable: 503,
  internal: 500,
};

const HEADERS: Readonly<Partial<Record<ProblemKind, Readonly<Record<string, string>>>>> = {
  unauthenticated: { 'www-authenticate': 'Bearer realm="sluice"' },
  unavailable: { 'retry-after': '1' },
};

/** The one place where kinds become statuses. */
export function toHttp({ kind, ...problem }: ServiceProblem): HttpProblem {
  const headers = HEADERS[kind];
  return { ...problem, status: STATUS[kind], ...(headers ? { headers } : {}) };
}

/** A problem that only HTTP knows, on its way to whoever asked: a method, a header, a media type. */
export class HttpRejection extends Error {
  override readonly name = 'HttpRejection';

  constructor(readonly problem: HttpProblem) {
    super(`${problem.code}: ${problem.message}`);
  }
}

/** The request itself cannot be read. */
export function malformed(code: string, message: string): HttpRejection {
  return new HttpRejection({ status: 400, code, message });
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** RFC 9457. Holds nothing but what the problem says of itself. */
export function problemDocument({ status, code, message, errors, state }: HttpProblem): Record<string, unknown> {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return {
    type: `urn:sluice:problem:${words.replaceAll(' ', '-')}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status,
    detail: message,
    code,
    ...(errors ? { errors } : {}),
    ...(state ? { state } : {}),
  };
}
