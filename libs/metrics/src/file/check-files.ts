import { createHash } from 'node:crypto';
import type { FileCheck, Judgement, Unit, VerdictKind } from '#domain';
import { describeMissing, type Missing, missingUnits } from '../counters/missing.js';
import { cancelled } from '../judge/sentences.js';
import type { Outcome } from '../units/failure.js';
import { getFromUnit } from '../units/get.js';
import { inParallel } from '../units/in-parallel.js';
import type { ReadOptions } from '../units/scrape.js';

const MAX_BYTES = 64 * 1_048_576;
/** In the sentence, and in the evidence. */
const NAMED = 3;
const KEPT = 20;

export interface FileContext extends ReadOptions {
  /** What the sentence is about: `checkout 2.4.0 on eu-1`. */
  readonly subject: string;
}

/** The SHA-256 of a file that a unit serves, in hexadecimal digits. At most 64 MiB are read. */
export function fileHash(unit: Unit, path: string, options: ReadOptions): Promise<Outcome<string>> {
  return getFromUnit(unit, path, { ...options, maxBytes: MAX_BYTES }, async (answer) => {
    const hash = createHash('sha256');
    for await (const bytes of answer.body) hash.update(bytes);
    return hash.digest('hex');
  });
}

/**
 * Reads a file back from units, 32 at a time, and judges at once: `failed` when one of them serves something else,
 * otherwise `unavailable` when one could not be read, otherwise `passed`. Without any unit: `unavailable`.
 */
export async function checkFiles(check: FileCheck, units: readonly Unit[], context: FileContext): Promise<Judgement> {
  const hashes = await inParallel(units, async (unit) => ({
    unit: unit.id,
    outcome: await fileHash(unit, check.path, context),
  }));
  if (context.signal?.aborted) return cancelled(context.subject);
  const different: { unit: string; sha256: string }[] = [];
  const unread: Missing[] = [];
  for (const { unit, outcome } of hashes) {
    if (!outcome.ok) unread.push({ unit, why: outcome.why });
    else if (outcome.value !== check.sha256) different.push({ unit, sha256: outcome.value });
  }
  const missing = missingUnits(unread);
  const equal = units.length - different.length - missing.count;
  const others = { count: different.length, some: different.slice(0, KEPT) };
  const evidence = { path: check.path, expected: check.sha256, units: units.length, equal, different: others, missing };
  const judge = (verdict: VerdictKind, sentence: string): Judgement => {
    return { verdict, sentence: `${context.subject}: ${check.path} ${sentence}`, evidence };
  };

  if (different.length > 0) return judge('failed', `has another SHA-256 on ${list(different.map(({ unit }) => unit))}`);
  if (missing.count > 0) return judge('unavailable', `cannot be read: ${describeMissing(missing)}`);
  if (units.length === 0) return judge('unavailable', 'cannot be read: there are no units');
  return judge('passed', `has the expected SHA-256 on ${equal} of ${units.length} units`);
}

function list(units: readonly string[]): string {
  const more = units.length - NAMED;
  const named = units.slice(0, NAMED).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}
