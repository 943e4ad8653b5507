import { z } from 'zod';

const Count = z.number().int().nonnegative();
const Short = z.string().max(600);

/** How many of the calls that should not be are named in full. */
export const MAX_EXAMPLES = 10;

/** A call that should not be. */
export const Leak = z.object({
  /** `left`: it went from the environment to something that is none of its business. `untagged`: it came without the tag. */
  kind: z.enum(['left', 'untagged']),
  sentence: z.string().max(2_000),
  at: Short,
  source: Short,
  caller: Short.nullable(),
  service: Short,
  destination: Short,
  method: Short,
  path: Short,
  status: z.number().nullable(),
});
export type Leak = z.infer<typeof Leak>;

/** What the calls of a stretch of time come to: plain JSON, small however many calls there were. */
export const CallTally = z.object({
  /** All records that were read, of anybody's calls. */
  records: Count,
  /** Of them, calls from or to the environment. */
  calls: Count,
  /** Calls that stayed inside, upstreams included. */
  inside: Count,
  /** Of those inside, the calls of clients that came in by the router. */
  entries: Count,
  /** Calls of the environment that nobody took. */
  unanswered: Count,
  /** Calls inside between services, and from them to upstreams: `web>orders`. A caller that is not known is `?`. */
  edges: z.record(z.string(), Count),
  /** Calls that should not be, of both kinds. */
  leaks: Count,
  /** Of them, those of the kind `untagged`. */
  untagged: Count,
  /** Records that could not be read, or do not say where the call went: each of them might have been a leak. */
  damaged: Count,
  /** The first leaks. */
  examples: z.array(Leak).max(MAX_EXAMPLES),
});
export type CallTally = z.infer<typeof CallTally>;

export const NO_CALLS: CallTally = {
  records: 0,
  calls: 0,
  inside: 0,
  entries: 0,
  unanswered: 0,
  edges: {},
  leaks: 0,
  untagged: 0,
  damaged: 0,
  examples: [],
};

/** What both stretches of time come to together; `one` is the earlier one. */
export function addTallies(one: CallTally, other: CallTally): CallTally {
  const edges = { ...one.edges };
  for (const [edge, calls] of Object.entries(other.edges)) edges[edge] = (edges[edge] ?? 0) + calls;
  return {
    records: one.records + other.records,
    calls: one.calls + other.calls,
    inside: one.inside + other.inside,
    entries: one.entries + other.entries,
    unanswered: one.unanswered + other.unanswered,
    edges,
    leaks: one.leaks + other.leaks,
    untagged: one.untagged + other.untagged,
    damaged: one.damaged + other.damaged,
    examples: [...one.examples, ...other.examples].slice(0, MAX_EXAMPLES),
  };
}

/** How a call between two services is named in a tally. */
export function edgeName(from: string | null, to: string): string {
  return `${from ?? '?'}>${to}`;
}
