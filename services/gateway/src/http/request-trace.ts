import { type Context, context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { attributesOf, partOf } from '#runtime';
import { endpointAt } from '../endpoints/endpoints-at.js';
import { releaseOf } from './release-of.js';

/**
 * A span for each request of somebody who was let in, part of the trace that its headers name. Whoever asks how the
 * gateway is asks all the time, and a stream of events goes on for hours: neither gets one.
 */
export function traceRequests(fastify: FastifyInstance): void {
  const traces = new WeakMap<FastifyRequest, Context>();
  const traceOf = (request: FastifyRequest) => traces.get(request) ?? context.active();

  // The first hook after whoever asks has been let in.
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    if (isTraced(request)) traces.set(request, begin(request));
    context.with(traceOf(request), () => done(null, payload));
  });
  // A body comes in on the connection, in which no span is active.
  fastify.addHook('preValidation', (request, _reply, done) => context.with(traceOf(request), done));
  fastify.addHook('onResponse', (request, reply, done) => {
    const span = trace.getSpan(traceOf(request));
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    context.with(traceOf(request), done);
  });
}

function isTraced(request: FastifyRequest): boolean {
  const endpoint = endpointAt(request.method, request.routeOptions.url ?? '');
  if (!endpoint || endpoint.allow === 'anybody') return false;
  return !(endpoint.streams && request.headers.accept?.includes('text/event-stream'));
}

function begin(request: FastifyRequest): Context {
  const { method, headers } = request;
  const route = request.routeOptions.url ?? '';
  const { parent } = partOf(one(headers.traceparent), one(headers.tracestate));
  const attributes = {
    'http.request.method': method,
    'http.route': route,
    'sluice.correlation_id': request.id,
    ...attributesOf({ release: releaseOf(request) }),
  };
  const span = trace.getTracer('sluice').startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent);
  return trace.setSpan(ROOT_CONTEXT, span);
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
