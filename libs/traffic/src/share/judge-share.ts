import { ALL_BASIS_POINTS, type Judgement, type TrafficMode, type TrafficSplit, toBasisPoints } from '#domain';
import { binomialTail } from '#metrics';
import type { SideCounts } from '../port.js';
import type { EntryCounts } from './count-entries.js';

/**
 * Users are divided, not requests, and some users ask more often than others: a share of requests strays further from
 * the share that was asked for than chance alone would have it. Half and double of it are taken for the same.
 */
const UNEVENNESS = 2;
/** So seldom would a router that does what it was told be judged to send too much. */
const ALPHA_TOO_MUCH = 1e-6;
/** And to send too little, which only means that there is more to wait for. */
const ALPHA_TOO_LITTLE = 1e-4;
/** Of the internal traffic that is to go to staging as a whole, so much may miss it: a unit that is not ready for a moment. */
const INTERNAL_MISSED = 0.01;

/**
 * Judges whether staging received the traffic that it was to receive:
 *
 * 1. `undecided` while no production traffic was seen at all: nothing is known of the share.
 * 2. `failed` when clearly more of it came than was asked for: more users are exposed than anybody allowed.
 * 3. `undecided` when clearly less came, or none, or internal traffic went past staging: then less was observed than the
 *    plan says.
 * 4. `passed`.
 *
 * @param asked what was asked for; of a mirror, how much was to be copied
 * @param seen requests while all of the traffic was let in; of a mirror, copies count for staging and originals for production
 */
export function judgeTrafficShare(asked: TrafficSplit & { readonly mode?: TrafficMode }, seen: EntryCounts): Judgement {
  const [verdict, sentence] = decide(asked, asked.mode === 'mirror' ? withoutCopied(seen) : seen);
  return { verdict, sentence, evidence: { asked: { ...asked }, ...seen } };
}

function decide(asked: TrafficSplit, { internal, production }: EntryCounts): [Judgement['verdict'], string] {
  const share = fraction(asked.production);
  const total = sum(production);
  if (total === 0) return ['undecided', 'no production traffic was seen yet'];
  const facts = `staging took ${percent(production)} of ${count(total)} production requests, ${asked.production} was asked for`;
  if (binomialTail(production.staging, total, Math.min(1, share * UNEVENNESS)) < ALPHA_TOO_MUCH)
    return ['failed', `too much: ${facts}`];
  const tooLittle = 1 - binomialTail(production.staging + 1, total, share / UNEVENNESS) < ALPHA_TOO_LITTLE;
  if (tooLittle || production.staging === 0) return ['undecided', `too little: ${facts}`];
  const missed = fraction(asked.internal) - internal.staging / Math.max(1, sum(internal));
  if (sum(internal) > 0 && missed > allowance(asked.internal))
    return [
      'undecided',
      `internal traffic went past staging: it took ${percent(internal)} of ${count(sum(internal))} requests`,
    ];
  const inside =
    sum(internal) === 0
      ? 'no internal requests were seen'
      : `${percent(internal)} of ${count(sum(internal))} internal ones`;
  return ['passed', `${facts}; ${inside}`];
}

/** Originals that were not copied take the place of those that went to production alone. */
function withoutCopied({ internal, production }: EntryCounts): EntryCounts {
  const rest = (sides: SideCounts) => ({ ...sides, production: Math.max(0, sides.production - sides.staging) });
  return { internal: rest(internal), production: rest(production) };
}

function allowance(share: string): number {
  return toBasisPoints(share) === ALL_BASIS_POINTS ? INTERNAL_MISSED : fraction(share) / UNEVENNESS;
}

function sum({ staging, production }: SideCounts): number {
  return staging + production;
}

function fraction(share: string): number {
  return toBasisPoints(share) / ALL_BASIS_POINTS;
}

function percent(sides: SideCounts): string {
  return `${((100 * sides.staging) / Math.max(1, sum(sides))).toFixed(2)}%`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
