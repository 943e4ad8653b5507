import type { EnvironmentSpec } from '#domain';
import { baggageMembers } from '../calls/baggage.js';
import type { CallRecord } from '../calls/call-record.js';
import { ClosedLoop } from '../closed-loop/closed-loop.js';
import { addTallies, type CallTally, edgeName, NO_CALLS } from '../closed-loop/tally.js';
import type { ProbeRequest } from './probe-requests.js';

/** The members of the baggage that a probe's calls are known by: whose they are, and of which of its requests. */
export const PROBE_KEY = 'sluice.probe';
export const REQUEST_KEY = 'sluice.probe-request';

/** How much of an edge was seen. */
export interface EdgeSeen {
  /** Units of the calling service that were asked to make the call. */
  readonly asked: number;
  /** Units whose call was seen to land inside. */
  readonly seen: number;
}

/** What has been seen of a probe's calls so far. */
export class ProbeWatch {
  readonly #id: string;
  readonly #loop: ClosedLoop;
  readonly #requests: readonly ProbeRequest[];
  /** Edges that were not seen yet, by the number of the request that should have made the call. */
  readonly #missing: Map<string, Set<string>>;
  #tally: CallTally = NO_CALLS;

  constructor(id: string, spec: EnvironmentSpec, requests: readonly ProbeRequest[]) {
    this.#id = id;
    this.#loop = new ClosedLoop(spec);
    this.#requests = requests;
    this.#missing = new Map(requests.map(({ number, edges }) => [String(number), new Set(edges)]));
  }

  add(calls: readonly CallRecord[], damaged: number): void {
    for (const call of calls) {
      const { kind, caller, service } = this.#loop.add(call);
      if (kind !== 'inside' || caller === null || call.baggage == null) continue;
      const request = this.#requestOf(call.baggage);
      if (request !== undefined) this.#missing.get(request)?.delete(edgeName(caller, service));
    }
    this.#loop.addDamaged(damaged);
    this.#tally = addTallies(this.#tally, this.#loop.take());
  }

  get tally(): CallTally {
    return this.#tally;
  }

  /** Calls that have not been seen: the edge, and the unit that should have made the call. */
  missing(): { edge: string; unit: string; path: string }[] {
    return this.#requests.flatMap(({ number, unit, path }) =>
      [...(this.#missing.get(String(number)) ?? [])].map((edge) => ({ edge, unit, path })),
    );
  }

  edges(): Record<string, EdgeSeen> {
    const edges: Record<string, EdgeSeen> = {};
    for (const { number, edges: expected } of this.#requests) {
      for (const edge of expected) {
        const { asked, seen } = edges[edge] ?? { asked: 0, seen: 0 };
        const isSeen = !this.#missing.get(String(number))?.has(edge);
        edges[edge] = { asked: asked + 1, seen: seen + (isSeen ? 1 : 0) };
      }
    }
    return edges;
  }

  #requestOf(baggage: string): string | undefined {
    if (!baggage.includes(this.#id)) return undefined;
    const members = baggageMembers(baggage);
    if (!members.some(({ key, value }) => key === PROBE_KEY && value === this.#id)) return undefined;
    return members.find(({ key }) => key === REQUEST_KEY)?.value;
  }
}
