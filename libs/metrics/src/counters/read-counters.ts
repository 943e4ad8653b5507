import type { LatencyCheck, MetricCheck } from '#domain';
import { type Exposition, sumOf } from '../exposition/exposition.js';
import { readSelector, type Selector } from '../exposition/selector.js';
import { type ScrapeResult, START_TIME } from '../units/scrape.js';
import type { Totals, UnitReading } from './reading.js';

/** Picks what a check needs out of what a unit exposes. */
export interface CounterReader {
  /** The series that have to be scraped. */
  readonly names: readonly string[];
  read(scrape: ScrapeResult): UnitReading;
}

/** A reader, or what is wrong with one of the check's selectors. */
export type CounterReaderResult =
  | { readonly ok: true; readonly reader: CounterReader }
  | { readonly ok: false; readonly why: string };

/** Totals `events` and `exposure`. */
export function metricReader(check: Pick<MetricCheck, 'events' | 'exposure'>): CounterReaderResult {
  const events = readSelector(check.events);
  if (!events.ok) return events;
  const exposure = readSelector(check.exposure);
  if (!exposure.ok) return exposure;
  const names = [events.selector.name, exposure.selector.name];
  const totals = (exposition: Exposition): Totals | string => {
    const counted = { events: sumOf(exposition, events.selector), exposure: sumOf(exposition, exposure.selector) };
    if (counted.events === null) return `does not expose ${events.selector.name}`;
    if (counted.exposure === null) return `does not expose ${exposure.selector.name}`;
    return { events: counted.events, exposure: counted.exposure };
  };
  return { ok: true, reader: { names, read: (scrape) => readWith(totals, scrape) } };
}

/** One total for each bucket, by its upper edge as the unit writes it (`le`), cumulative as in Prometheus. */
export function latencyReader(check: Pick<LatencyCheck, 'histogram'>): CounterReaderResult {
  const read = readSelector(check.histogram);
  if (!read.ok) return read;
  const bucket = `${read.selector.name}_bucket`;
  const totals = (exposition: Exposition): Totals | string => bucketTotals(exposition, bucket, read.selector);
  return { ok: true, reader: { names: [bucket], read: (scrape) => readWith(totals, scrape) } };
}

function bucketTotals(exposition: Exposition, bucket: string, selector: Selector): Totals | string {
  if (!exposition.names.has(bucket)) return `does not expose ${bucket}`;
  const totals = new Map<string, number>();
  for (const { name, labels, value } of exposition.samples) {
    if (name !== bucket || !selector.picks(labels)) continue;
    const edge = edgeName(labels.get('le') ?? '');
    if (edge === null) return `exposes a bucket of ${selector.name} without an edge`;
    totals.set(edge, (totals.get(edge) ?? 0) + value);
  }
  if (!totals.has('+Inf')) return `exposes no ${selector.text} with all its buckets`;
  return Object.fromEntries(totals);
}

/** The same edge has the same name, however it is written: `0.5` and `5e-1`. Null when it is not an edge. */
function edgeName(le: string): string | null {
  if (/^\+?inf$/i.test(le)) return '+Inf';
  const edge = Number(le);
  return le.trim() !== '' && Number.isFinite(edge) ? String(edge) : null;
}

function readWith(totalsOf: (exposition: Exposition) => Totals | string, scrape: ScrapeResult): UnitReading {
  if (!scrape.ok) return { missing: scrape.why };
  const totals = totalsOf(scrape.samples);
  if (typeof totals === 'string') return { missing: totals };
  const odd = Object.values(totals).find((total) => !(total >= 0 && total <= Number.MAX_SAFE_INTEGER));
  if (odd !== undefined) return { missing: `exposes ${odd} where a count should be` };
  const start = startOf(scrape.samples);
  return start === null ? { totals } : { totals, start };
}

/** Null when the unit does not say when its process started. */
function startOf(exposition: Exposition): number | null {
  const value = exposition.samples.find((sample) => sample.name === START_TIME)?.value;
  return value !== undefined && Number.isFinite(value) ? value : null;
}
