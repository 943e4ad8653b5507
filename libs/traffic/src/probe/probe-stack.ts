import { setTimeout as delay } from 'node:timers/promises';
import type { Environment, Judgement, VerdictKind } from '#domain';
import type { NewCalls } from '../calls/read-call-files.js';
import { askUnit } from './ask-unit.js';
import { type ProbeRequest, probeRequests } from './probe-requests.js';
import { PROBE_KEY, ProbeWatch, REQUEST_KEY } from './probe-watch.js';

export interface ProbeOptions {
  /** Tells this probe's calls from all others: letters, digits, dots, dashes and underscores. */
  readonly id: string;
  /** What is new in the sources since this was asked last; for the first time, since before the probe began. */
  readonly readCalls: () => Promise<NewCalls>;
  /** For all of it. */
  readonly timeoutMs: number;
  /** So long a leak may still show after everything that was expected was seen. Default: half a second. */
  readonly settleMs?: number;
  readonly signal?: AbortSignal;
}

const ID = /^[A-Za-z0-9._-]{1,200}$/;
const SETTLE_MS = 500;
const READ_EVERY_MS = 100;
const REQUESTS_AT_ONCE = 8;
const REQUEST_TIMEOUT_MS = 5_000;
const MAX_NAMED = 3;
/** The evidence goes into an event, whose size is limited. */
const MAX_LISTED = 20;

/**
 * Asks every unit of an environment for the paths that make it call others, with a tagged request that can be told from
 * all others, and looks in the records for where its calls land.
 *
 * - `failed` as soon as any call leaks, one of the probe's or not.
 * - `unavailable` when a source of calls cannot be read, holds damaged records, or there is none.
 * - `undecided` when a call between services was not seen in time, from every unit of the calling service, or no call.
 * - `cancelled` when the signal said so.
 * - `passed` when each was seen to land inside. Calls to upstreams need not be seen.
 *
 * @throws TypeError for an id that is none, and what `readCalls` throws
 */
export async function probeStack({ spec }: Environment, options: ProbeOptions): Promise<Judgement> {
  if (!ID.test(options.id)) throw new TypeError(`a probe cannot have the id ${options.id}`);
  const deadline = performance.now() + options.timeoutMs;
  const requests = probeRequests(spec);
  const watch = new ProbeWatch(options.id, spec, requests);
  const { tag } = spec;
  const headersOf = ({ number }: ProbeRequest): Record<string, string> => ({
    baggage: `${tag.baggage},${PROBE_KEY}=${options.id},${REQUEST_KEY}=${number}`,
    [tag.header]: tag.baggage.slice(tag.baggage.indexOf('=') + 1),
  });
  const troubles = spec.calls.length === 0 ? [] : await sendAll(requests, headersOf, deadline, options.signal);
  const unreadable = spec.calls.length === 0 ? ['no source of calls is named'] : await follow(watch, deadline, options);
  const [verdict, sentence] = decide(watch, { troubles, unreadable, requests: requests.length }, options);
  const { leaks, damaged, examples } = watch.tally;
  const facts = { requests: requests.length, edges: watch.edges(), missing: watch.missing().slice(0, MAX_LISTED) };
  return {
    verdict,
    sentence,
    evidence: {
      id: options.id,
      ...facts,
      troubles: troubles.slice(0, MAX_LISTED),
      leaks,
      damaged,
      examples,
      unreadable,
    },
  };
}

/** @returns what went wrong, unit by unit */
async function sendAll(
  requests: readonly ProbeRequest[],
  headersOf: (request: ProbeRequest) => Record<string, string>,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const troubles: string[] = [];
  const queue = requests.values();
  const worker = async (): Promise<void> => {
    for (const request of queue) {
      const timeoutMs = Math.min(REQUEST_TIMEOUT_MS, deadline - performance.now());
      if (timeoutMs <= 0 || signal?.aborted) return;
      const { address, path, unit } = request;
      const trouble = await askUnit({ address, path, headers: headersOf(request), timeoutMs, signal });
      if (trouble !== null) troubles.push(`${unit} ${trouble}`);
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, worker));
  return troubles;
}

/** Reads calls until there is nothing to wait for. @returns sources that could not be read the last time */
async function follow(watch: ProbeWatch, deadline: number, options: ProbeOptions): Promise<readonly string[]> {
  let end = deadline;
  let isSettling = false;
  for (;;) {
    const isLast = performance.now() >= end;
    const { calls, damaged, unreadable } = await options.readCalls();
    watch.add(calls, damaged);
    if (isLast || watch.tally.leaks > 0 || options.signal?.aborted) return unreadable;
    if (!isSettling && watch.tally.calls > 0 && watch.missing().length === 0) {
      isSettling = true;
      end = Math.min(deadline, performance.now() + (options.settleMs ?? SETTLE_MS));
    }
    await delay(Math.max(1, Math.min(READ_EVERY_MS, end - performance.now())));
  }
}

interface Outcome {
  readonly troubles: readonly string[];
  readonly unreadable: readonly string[];
  readonly requests: number;
}

function decide(watch: ProbeWatch, outcome: Outcome, { id, timeoutMs, signal }: ProbeOptions): [VerdictKind, string] {
  const { troubles, unreadable, requests } = outcome;
  const { leaks, damaged, examples } = watch.tally;
  if (leaks > 0) return ['failed', `probe ${id} found a leak: ${examples[0]?.sentence}`];
  if (signal?.aborted) return ['cancelled', `probe ${id} was cancelled`];
  if (unreadable.length > 0) return ['unavailable', `probe ${id} proves nothing: ${named(unreadable)}`];
  if (damaged > 0) return ['unavailable', `probe ${id} proves nothing: ${damaged} records of calls are damaged`];
  const missing = watch.missing().map(({ edge, unit, path }) => `${edge} from ${unit}, asked for ${path}`);
  const why = troubles.length > 0 ? `; ${named(troubles)}` : '';
  if (missing.length > 0) return ['undecided', `probe ${id} did not see in ${timeoutMs} ms: ${named(missing)}${why}`];
  if (watch.tally.calls === 0) return ['undecided', `probe ${id} saw no call in ${timeoutMs} ms${why}`];
  const edges = Object.keys(watch.edges()).length;
  return ['passed', `probe ${id} saw all calls stay inside: edges ${edges}, requests ${requests}${why}`];
}

function named(items: readonly string[]): string {
  const more = items.length > MAX_NAMED ? ` and ${items.length - MAX_NAMED} more` : '';
  return `${items.slice(0, MAX_NAMED).join('; ')}${more}`;
}
