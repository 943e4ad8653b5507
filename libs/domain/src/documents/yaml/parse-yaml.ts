import { constructFromEvents, EVENT_ID, type Event, parseEvents, YAMLException } from 'js-yaml';
import type { Flaw } from '../flaw.js';
import { aliasFlaw } from './aliases.js';
import { duplicateKeys } from './duplicates.js';
import { Outline } from './outline.js';

/** How deep lists and fields may be nested. */
export const MAX_DEPTH = 100;

/**
 * What a YAML text says. `value` is there whenever it can be made out, so that the rest can be checked although a
 * field is there twice; it is sound only when there are no flaws.
 */
export type ParsedYaml = { readonly value?: unknown; readonly flaws: readonly Flaw[] };

/** Parses YAML 1.2 (and so JSON): one document, no field twice, aliases within bounds. Never throws. */
export function parseYaml(text: string): ParsedYaml {
  const events = attempt(() => parseEvents(text, { maxDepth: MAX_DEPTH }));
  if (!events.ok) return { flaws: [events.flaw] };
  const documents = events.value.filter((event) => event.type === EVENT_ID.DOCUMENT).length;
  if (documents === 0) return { flaws: [{ path: [], message: 'is empty', offset: 0 }] };
  if (documents > 1) return { flaws: [severalDocuments(text, events.value, documents)] };
  return construct(text, events.value);
}

function construct(text: string, events: Event[]): ParsedYaml {
  const tooMuch = mentionsAlias(text) ? aliasFlaw(new Outline(text, events)) : undefined;
  if (tooMuch) return { flaws: [tooMuch] };
  const strict = attempt(() => constructFromEvents(events, { source: text })[0]);
  if (strict.ok) return { value: strict.value, flaws: [] };
  const duplicates = duplicateKeys(new Outline(text, events));
  if (duplicates.length === 0) return { flaws: [strict.flaw] };
  const lenient = attempt(() => constructFromEvents(events, { source: text, json: true })[0]);
  return lenient.ok ? { value: lenient.value, flaws: duplicates } : { flaws: [...duplicates, lenient.flaw] };
}

/** Spares the usual document the look at every event. */
function mentionsAlias(text: string): boolean {
  return text.includes('*') && text.includes('&');
}

function severalDocuments(text: string, events: readonly Event[], count: number): Flaw {
  const second = events.findIndex((event, i) => i > 0 && event.type === EVENT_ID.DOCUMENT);
  const ends = events.slice(0, second).map((event) => ('valueEnd' in event ? event.valueEnd : 0));
  const marker = text.indexOf('\n---', ends.reduce((last, end) => Math.max(last, end), 0) - 1);
  const message = `holds ${count} documents; put each into a file of its own`;
  return { path: [], message, offset: marker < 0 ? 0 : marker + 1 };
}

function attempt<T>(step: () => T): { ok: true; value: T } | { ok: false; flaw: Flaw } {
  try {
    return { ok: true, value: step() };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const message = `is not valid YAML: ${error.reason}`;
    return { ok: false, flaw: { path: [], message, offset: error.mark?.position ?? 0 } };
  }
}
