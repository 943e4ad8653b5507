import { type EnvironmentSpec, edgesOf, type Judgement, type VerdictKind } from '#domain';
import { addTallies, type CallTally, edgeName, NO_CALLS } from './tally.js';

export interface LoopContext {
  /** With fewer calls than this nothing is proven. */
  readonly minimumCalls: number;
  /** Sources of calls that could not be read lately: which, and why. */
  readonly unreadable: readonly string[];
}

/** Of a thousand records, so many may be damaged before the rest proves nothing. */
const DAMAGED_PER_THOUSAND = 1;
const MAX_NAMED = 5;

/**
 * Judges whether all calls of an environment stayed inside:
 *
 * 1. `failed` as soon as one did not, whatever else is not known.
 * 2. `unavailable` when the environment names no source of calls, when one cannot be read, or when more than one record
 *    in a thousand is damaged: what cannot be read may be a leak.
 * 3. `undecided` until the minimum of calls was seen, at least one, and a call of every edge between its services.
 * 4. `passed`.
 *
 * @param tallies what was seen so far, in order
 */
export function judgeClosedLoop(
  tallies: readonly CallTally[],
  spec: Pick<EnvironmentSpec, 'services' | 'upstreams' | 'calls'>,
  context: LoopContext,
): Judgement {
  const tally = tallies.reduce(addTallies, NO_CALLS);
  const unseen = unseenEdges(tally, spec);
  const [verdict, sentence] = decide(tally, unseen, spec, context);
  return { verdict, sentence, evidence: { ...tally, unseen, unreadable: context.unreadable } };
}

function decide(
  tally: CallTally,
  unseen: readonly string[],
  spec: Pick<EnvironmentSpec, 'calls'>,
  { minimumCalls, unreadable }: LoopContext,
): [VerdictKind, string] {
  if (tally.leaks > 0) return ['failed', describeLeaks(tally)];
  if (spec.calls.length === 0) return ['unavailable', 'The closed loop cannot be judged: no source of calls is named'];
  if (unreadable.length > 0) return ['unavailable', `The closed loop cannot be judged: ${list(unreadable, '; ')}`];
  if (tally.damaged * 1000 > (tally.records + tally.damaged) * DAMAGED_PER_THOUSAND) {
    const all = count(tally.records + tally.damaged);
    return ['unavailable', `The closed loop cannot be judged: ${count(tally.damaged)} of ${all} records are damaged`];
  }
  const damaged = tally.damaged > 0 ? `; ${counted(tally.damaged, 'damaged record')} could not be looked at` : '';
  const seen = `${counted(tally.calls, 'call')} seen, none left the environment${damaged}`;
  const minimum = Math.max(1, minimumCalls);
  if (tally.calls < minimum) return ['undecided', `${seen}; at least ${count(minimum)} are needed`];
  if (unseen.length > 0) return ['undecided', `${seen}; not seen yet: ${list(unseen, ', ')}${hint(tally, unseen)}`];
  return ['passed', seen];
}

function describeLeaks({ leaks, examples }: CallTally): string {
  const first = examples[0]?.sentence ?? 'a call left the environment';
  return leaks === 1 ? first : `${first}; ${counted(leaks - 1, 'more call')} like it`;
}

function unseenEdges(tally: CallTally, spec: Pick<EnvironmentSpec, 'services' | 'upstreams'>): string[] {
  const between = edgesOf(spec).filter(({ upstream }) => !upstream);
  const names = new Set(between.map(({ from, to }) => edgeName(from, to)));
  return [...names].filter((name) => !tally.edges[name]);
}

/** Calls were seen, but not whose: that is something to mend in the services or the records. */
function hint(tally: CallTally, unseen: readonly string[]): string {
  const called = [...new Set(unseen.map((edge) => edge.slice(edge.indexOf('>') + 1)))];
  const anonymous = called.filter((name) => tally.edges[edgeName(null, name)]);
  return anonymous.length === 0 ? '' : `; calls to ${list(anonymous, ', ')} were seen that do not tell who called`;
}

function list(items: readonly string[], separator: string): string {
  const named = items.slice(0, MAX_NAMED).join(separator);
  return items.length > MAX_NAMED ? `${named} and ${count(items.length - MAX_NAMED)} more` : named;
}

function counted(value: number, what: string): string {
  return `${count(value)} ${value === 1 ? what : `${what}s`}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
