import { isIP } from 'node:net';
import type { Tag } from '#domain';
import { CallRecord } from '../call-record.js';
import { Attributes } from './attributes.js';
import { type ExportRequest, Span } from './export-request.js';

/** The numbers of OTLP's kinds of spans. */
const SERVER = 2;
const CLIENT = 3;

/** The calls in spans, and what of them could not be made out. */
export interface SpanCalls {
  readonly calls: readonly CallRecord[];
  readonly damaged: number;
  /** What was wrong with the first of those. */
  readonly damage: string | null;
}

/**
 * The calls in spans of the kinds SERVER and CLIENT, by OpenTelemetry's stable conventions for HTTP. Spans of other
 * kinds and protocols are no calls and passed over. Of a call that both sides report there are two records.
 *
 * What a service has to do for its calls to be made out, apart from reporting spans as they are:
 *
 * - Its instrumentation records the request headers `baggage` and the environment's own (`http.request.header.…`), or
 *   copies the baggage to attributes. A call whose tag is not recorded is untagged.
 * - Spans of servers have `network.local.address` and `network.local.port`, those of clients `network.peer.address` and
 *   `network.peer.port`, or the names in `server.address` and `server.port` are those of units in the environment.
 */
export function callsIn(request: ExportRequest, tags: readonly Tag[]): SpanCalls {
  const calls: CallRecord[] = [];
  const damages: string[] = [];
  for (const { resource, scopeSpans = [] } of request.resourceSpans ?? []) {
    const service = new Attributes(resource?.attributes).first('service.name') ?? '';
    for (const entry of scopeSpans.flatMap(({ spans = [] }) => spans)) {
      const call = callIn(entry, service, tags);
      if (typeof call === 'string') damages.push(`a span of ${service || 'a service without a name'} ${call}`);
      else if (call) calls.push(call);
    }
  }
  return { calls, damaged: damages.length, damage: damages[0]?.slice(0, 500) ?? null };
}

/** @returns null for what is no call, a text for a call that cannot be made out */
function callIn(entry: unknown, service: string, tags: readonly Tag[]): CallRecord | string | null {
  const parsed = Span.safeParse(entry);
  if (!parsed.success) return 'has another form than OTLP gives it';
  const span = parsed.data;
  if (span.kind !== SERVER && span.kind !== CLIENT) return null;
  const attributes = new Attributes(span.attributes);
  const method = attributes.first('http.request.method');
  if (method === undefined) return attributes.first('http.method') ? 'follows the old conventions for HTTP' : null;
  if (service === '') return 'has no service.name';
  const sides = span.kind === SERVER ? takenCall(attributes, service) : madeCall(attributes, service);
  if (typeof sides === 'string') return sides;
  const record = CallRecord.safeParse({
    at: timeOf(span.startTimeUnixNano),
    ...sides,
    method,
    status: attributes.first('http.response.status_code') ?? 0,
    baggage: attributes.first('http.request.header.baggage'),
    tag: tagIn(attributes, tags),
  });
  return record.success ? record.data : 'has an attribute that is too long or no number';
}

/** As the called side sees it. Without its own address there is only the name that the caller gave it. */
function takenCall(attributes: Attributes, service: string): object | string {
  const local = attributes.hostPort('network.local');
  const destination = local ?? attributes.hostPort('server');
  if (destination === undefined)
    return 'does not say where the call was taken: it has no network.local.address and port';
  const client = attributes.first('client.address');
  const source = attributes.first('network.peer.address') ?? client ?? '';
  const path = attributes.first('url.path') ?? '/';
  return { source, client, caller: null, service, destination, asked: local === undefined, path };
}

/** As the calling side sees it. A connection that was made says more than the name that was asked for. */
function madeCall(attributes: Attributes, caller: string): object | string {
  const peer = attributes.hostPort('network.peer');
  const destination = peer ?? attributes.hostPort('server');
  if (destination === undefined) return 'does not say where the call went: it has no server.address and port';
  const address = attributes.first('server.address') ?? destination;
  const asked = peer === undefined && isIP(address) === 0;
  const service = attributes.first('service.peer.name', 'peer.service') ?? address;
  const full = attributes.first('url.full');
  const path =
    full !== undefined && URL.canParse(full) ? new URL(full).pathname : (attributes.first('url.path') ?? '/');
  return { source: attributes.first('network.local.address') ?? '', caller, service, destination, asked, path };
}

/** An environment's own header, or the member of the baggage that was copied to an attribute of its name. */
function tagIn(attributes: Attributes, tags: readonly Tag[]): string | undefined {
  const names = tags.flatMap(({ header, baggage }) => [
    `http.request.header.${header.toLowerCase()}`,
    baggage.slice(0, baggage.indexOf('=')),
  ]);
  return attributes.first(...names);
}

function timeOf(nanoseconds: string | number | undefined): string | number {
  if (nanoseconds === undefined) return 0;
  return Number(nanoseconds) / 1e9;
}
