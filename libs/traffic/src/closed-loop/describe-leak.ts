import type { CallRecord } from '../calls/call-record.js';
import type { Leak } from './tally.js';

/** What the closed loop found out about a call that should not be. */
export interface LeakFacts {
  readonly kind: Leak['kind'];
  readonly caller: string | null;
  readonly service: string;
  readonly tagged: boolean;
}

const LONGEST = 300;

/** Names the call in full, whatever stands in it: cut where it is long, and in one line. */
export function describeLeak(call: CallRecord, facts: LeakFacts): Leak {
  const { kind, tagged } = facts;
  const [at, source, service, destination, method, path] = [
    timeOf(call.at),
    call.source,
    facts.service,
    call.destination,
    call.method,
    call.path,
  ].map(printable) as [string, string, string, string, string, string];
  const caller = facts.caller === null ? null : printable(facts.caller);
  const address = source || 'an unknown address';
  const who = caller === null ? address : `${caller} (${address})`;
  const where = `${service} at ${destination}`;
  const sentence =
    kind === 'left'
      ? `${who} called ${where}, outside the environment: ${method} ${path}, ${tagged ? 'tagged' : 'untagged'}, at ${at}`
      : `${who} called ${where}, inside the environment, without its tag: ${method} ${path}, at ${at}`;
  const status = Number.isFinite(call.status) ? call.status : null;
  return { kind, sentence, at, source, caller, service, destination, method, path, status };
}

function timeOf(at: string | number): string {
  if (typeof at === 'string' && !/^\d+(\.\d+)?$/.test(at)) return at;
  const time = new Date(Number(at) * 1000);
  return Number.isNaN(time.getTime()) ? String(at) : time.toISOString();
}

function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}
