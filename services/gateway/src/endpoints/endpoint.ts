import type { z } from 'zod';
import type { Role } from '../access/person.js';

/** Everything that is to be known of one method at one path; routing, access, limits and documentation follow from it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST';
  /** With `:name` for what is filled in. */
  readonly path: string;
  /** One of these roles is needed; `anybody` needs no token. */
  readonly allow: readonly Role[] | 'anybody';
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: Body;
  readonly reply: Reply;
  /** Another answer that is as good, where there is one. */
  readonly otherwise?: Reply;
  /** Whether the answer is a stream of events for who asks for one. */
  readonly streams?: true;
}

/** Documents may be large, and may come as YAML; commands are small and JSON. */
export interface Body {
  readonly form: 'document' | 'command';
  readonly schema: z.ZodType;
}

export interface Reply {
  readonly status: number;
  /** Absent for an answer that is not JSON. */
  readonly schema?: z.ZodType;
  readonly mediaType?: string;
  readonly says: string;
}

const BODY_LIMIT: Readonly<Record<Body['form'], number>> = {
  document: 32 * 1024 * 1024,
  command: 64 * 1024,
};

/** How many bytes a request's body may have. */
export function bodyLimit(form: Body['form'] = 'command'): number {
  return BODY_LIMIT[form];
}

/** The names in a path that are filled in. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
}
