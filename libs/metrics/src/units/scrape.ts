import type { Unit } from '#domain';
import { type Exposition, ExpositionError, ExpositionReader } from '../exposition/exposition.js';
import type { Failure } from './failure.js';
import { BadAnswer, getFromUnit, type UnitAnswer } from './get.js';
import { inParallel } from './in-parallel.js';

export interface ReadOptions {
  /** For one unit, from connecting to the last byte. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ScrapeOptions extends ReadOptions {
  /** Names of the series to keep; all when absent. A histogram's are its `_bucket`, `_count` and `_sum`. */
  readonly names?: readonly string[] | undefined;
}

/** What a unit exposes, or why nothing could be read. */
export type ScrapeResult = { readonly ok: true; readonly samples: Exposition } | Failure;

/** Tells a restart from a counter that goes wrong. Always kept. */
export const START_TIME = 'process_start_time_seconds';

const MAX_BYTES = 5 * 1_048_576;
const ACCEPT = { accept: 'text/plain;version=0.0.4' };

/** Reads what a unit exposes at a path, at most 5 MiB of it. Whatever the unit does, this returns. */
export async function scrapeUnit(unit: Unit, path: string, options: ScrapeOptions): Promise<ScrapeResult> {
  const { timeoutMs, signal } = options;
  const wanted = options.names && new Set([...options.names, START_TIME]);
  const isWanted = (name: string): boolean => wanted?.has(name) ?? true;
  const request = { timeoutMs, signal, maxBytes: MAX_BYTES, headers: ACCEPT };
  const result = await getFromUnit(unit, path, request, (answer) => readExposition(answer, path, isWanted));
  return result.ok ? { ok: true, samples: result.value } : result;
}

/** Scrapes many units, 32 at a time. The results are by unit id. */
export async function scrapeUnits(
  units: readonly Unit[],
  path: string,
  options: ScrapeOptions,
): Promise<ReadonlyMap<string, ScrapeResult>> {
  const results = await inParallel(units, async (unit) => [unit.id, await scrapeUnit(unit, path, options)] as const);
  return new Map(results);
}

async function readExposition(answer: UnitAnswer, path: string, isWanted: (name: string) => boolean) {
  const reader = new ExpositionReader(isWanted);
  try {
    for await (const bytes of answer.body) reader.push(bytes);
    return reader.end();
  } catch (error) {
    if (error instanceof ExpositionError) throw new BadAnswer(`exposes nonsense at ${path}: ${error.message}`);
    throw error;
  }
}
