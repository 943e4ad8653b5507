import { hasMember } from '../calls/baggage.js';
import type { CallRecord } from '../calls/call-record.js';
import { type TagMember, tagMember } from '../tag-member.js';
import { describeLeak } from './describe-leak.js';
import { type LoopSpec, type Origin, Places, type Reached } from './places.js';
import { addTallies, type CallTally, edgeName, MAX_EXAMPLES, NO_CALLS } from './tally.js';

/**
 * What a call is:
 *
 * - `inside`: of the environment, and where it should be: from it to one of its units or upstreams, or in by the router.
 * - `outside`: none of the environment's business.
 * - `unanswered`: of the environment, and nobody took it.
 * - `left`, a leak: from the environment to something that is neither one of its units nor an upstream.
 * - `unplaced`: of the environment, and the name that it asked for is known to nobody; where it went cannot be said.
 * - `untagged`, a leak: to one of its units without its tag. It came from outside, or a service dropped the tag.
 */
export type CallKind = 'inside' | 'outside' | 'unanswered' | 'unplaced' | 'left' | 'untagged';

/** A call that was judged. */
export interface JudgedCall {
  readonly kind: CallKind;
  /** The service that called, when the record says so or only one lives where the call came from. */
  readonly caller: string | null;
  /** The service or upstream of the environment that was called; else what the record says. */
  readonly service: string;
}

/**
 * Judges calls, one by one, by where they came from and where they went: whether the services of an environment call
 * each other and nothing else. A call comes from the environment when it carries its tag or comes from its networks;
 * that of a client at the router's entry only by its networks, because clients may send what they like and the router
 * sets the tag. Judging costs the same however large the environment is, and what is kept does not grow with the calls.
 */
export class ClosedLoop {
  readonly #places: Places;
  readonly #services: ReadonlySet<string>;
  readonly #ignored: ReadonlySet<string>;
  readonly #tag: TagMember;
  readonly #edges = new Map<string, number>();
  #tally = { ...NO_CALLS };

  constructor(spec: LoopSpec) {
    this.#places = new Places(spec);
    this.#services = new Set(spec.services.map(({ name }) => name));
    this.#ignored = new Set(spec.ignore);
    this.#tag = tagMember(spec.tag);
  }

  /** Judges a call and adds it to the tally. */
  add(call: CallRecord): JudgedCall {
    const tagged = this.#isTagged(call);
    const origin = this.#places.origin(call.source);
    const reached = this.#places.destination(call.destination, tagged);
    const kind = this.#judge(call, tagged, origin, reached);
    const known = call.caller != null && this.#services.has(call.caller);
    const caller = known ? (call.caller ?? null) : origin.service;
    const judged = { kind, caller, service: reached?.name ?? call.service };
    this.#count(call, judged, tagged);
    return judged;
  }

  /** Adds records that could not be read. */
  addDamaged(records: number): void {
    this.#tally.damaged += records;
  }

  /** What was added since the last time that this was asked; it starts over from nothing. */
  take(): CallTally {
    const tally = addTallies(NO_CALLS, { ...this.#tally, edges: Object.fromEntries(this.#edges) });
    this.#tally = { ...NO_CALLS };
    this.#edges.clear();
    return tally;
  }

  #isTagged({ tag, baggage }: CallRecord): boolean {
    const { key, value } = this.#tag;
    return tag === value || (baggage != null && hasMember(baggage, key, value));
  }

  #judge(call: CallRecord, tagged: boolean, origin: Origin, reached: Reached | null): CallKind {
    if (this.#ignored.has(withoutQuery(call.path))) return 'outside';
    const isFromNetworks = origin.staging || (call.client != null && this.#places.origin(call.client).staging);
    const isFromStaging = isFromNetworks || (tagged && !call.entry);
    if (reached === null) return isFromStaging ? 'unanswered' : 'outside';
    if (reached.elsewhere && isFromStaging) return call.asked ? 'unplaced' : 'left';
    if (reached.staging) return tagged || call.entry ? 'inside' : 'untagged';
    return isFromStaging ? 'inside' : 'outside';
  }

  #count(call: CallRecord, { kind, caller, service }: JudgedCall, tagged: boolean): void {
    const tally = this.#tally;
    tally.records += 1;
    if (kind === 'outside') return;
    tally.calls += 1;
    if (kind === 'unanswered') {
      tally.unanswered += 1;
    } else if (kind === 'unplaced') {
      tally.damaged += 1;
    } else if (kind === 'inside') {
      tally.inside += 1;
      if (call.entry) tally.entries += 1;
      else this.#countEdge(edgeName(caller, service));
    } else {
      tally.leaks += 1;
      if (kind === 'untagged') tally.untagged += 1;
      if (tally.examples.length < MAX_EXAMPLES) {
        const named = caller ?? call.caller ?? null;
        tally.examples = [...tally.examples, describeLeak(call, { kind, caller: named, service, tagged })];
      }
    }
  }

  /** Both ends are names of the environment, so that there is an end to their number. */
  #countEdge(edge: string): void {
    this.#edges.set(edge, (this.#edges.get(edge) ?? 0) + 1);
  }
}

function withoutQuery(path: string): string {
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}
