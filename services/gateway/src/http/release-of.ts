import type { FastifyRequest } from 'fastify';

/** The release that a request's path names. */
export function releaseOf({ params, routeOptions }: FastifyRequest): string | undefined {
  const isOfRelease = /\/releases\/:id(\/|$)/.test(routeOptions.url ?? '');
  return isOfRelease ? (params as { id?: string }).id : undefined;
}
