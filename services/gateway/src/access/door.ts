import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Rejection } from '#messaging';
import type { Endpoint } from '../endpoints/endpoint.js';
import { endpointAt } from '../endpoints/endpoints-at.js';
import type { Person } from './person.js';
import { TokenBook } from './token-book.js';

const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

const people = new WeakMap<FastifyRequest, Person>();

/** Who sends a request; undefined when nobody was asked for a token, or had none that is known. */
export function knownPerson(request: FastifyRequest): Person | undefined {
  return people.get(request);
}

/** Who sends a request that was let in by a token. */
export function personOf(request: FastifyRequest): Person {
  const person = knownPerson(request);
  if (!person) throw new Error(`nobody was asked for a token at ${request.method} ${request.url}`);
  return person;
}

/** Asks who comes, and lets in who may. Before the body is read, so that strangers cost nothing. */
export function guard(fastify: FastifyInstance, book: TokenBook, openPaths: readonly string[]): void {
  fastify.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const path = request.routeOptions.url ?? '';
    const endpoint = endpointAt(request.method, path);
    if (endpoint) return admit(request, endpoint, book);
    // What nobody listed is closed.
    if (!openPaths.some((open) => path === open || path.startsWith(`${open}/`))) throw new Rejection(NOT_LISTED);
  });
}

/**
 * Lets a request in when its token is good for the endpoint.
 * @throws Rejection `UNAUTHENTICATED` without a token and with an unknown one, `ROLE_MISSING`
 */
export async function admit(request: FastifyRequest, { allow }: Endpoint, book: TokenBook): Promise<void> {
  if (allow === 'anybody') return;
  const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
  const person = token === undefined ? null : await book.find(token);
  if (!person) throw new Rejection(UNAUTHENTICATED);
  people.set(request, person);
  if (!allow.some((role) => person.roles.includes(role))) {
    const message = `this needs the role ${allow.join(' or ')}; ${person.name} has ${person.roles.join(', ')}`;
    throw new Rejection({ kind: 'forbidden', code: 'ROLE_MISSING', message });
  }
}

const UNAUTHENTICATED = {
  kind: 'unauthenticated',
  code: 'UNAUTHENTICATED',
  message: 'send a token that is known here: Authorization: Bearer <token>',
} as const;

const NOT_LISTED = { kind: 'forbidden', code: 'NOT_LISTED', message: 'this is open to nobody' } as const;
