import { type LabelValues, matchAt, readLabels, skipBlanks } from './labels.js';
import type { Selector } from './selector.js';

/** One line of an exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: LabelValues;
  readonly value: number;
}

/** What a unit exposed of what was asked for. */
export interface Exposition {
  readonly samples: readonly Sample[];
  /** Wanted names that occurred: in a sample, or in a comment that says of which type or help they are. */
  readonly names: ReadonlySet<string>;
}

/** A line that is not in Prometheus' text format. */
export class ExpositionError extends Error {
  override readonly name = 'ExpositionError';
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const COMMENT = /^[ \t]*#[ \t]*(?:TYPE|HELP)[ \t]+([a-zA-Z_:][a-zA-Z0-9_:]*)/;
const EQUALS = /=/y;
const MAX_LINE = 65_536;
const SHOWN = 80;

/**
 * Reads Prometheus' text format (0.0.4) piece by piece and keeps the samples of the wanted names. Lines of other names
 * only have to begin like a sample.
 */
export class ExpositionReader {
  private readonly samples: Sample[] = [];
  private readonly names = new Set<string>();
  private readonly decoder = new TextDecoder();
  private rest = '';
  private line = 0;

  constructor(private readonly isWanted: (name: string) => boolean) {}

  /** @throws ExpositionError */
  push(bytes: Uint8Array): void {
    this.read(this.decoder.decode(bytes, { stream: true }));
  }

  /** @throws ExpositionError */
  end(): Exposition {
    this.read(`${this.decoder.decode()}\n`);
    return { samples: this.samples, names: this.names };
  }

  private read(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.readLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (this.rest.length > MAX_LINE) throw new ExpositionError(`line ${this.line + 1} is longer than ${MAX_LINE}`);
  }

  private readLine(line: string): void {
    this.line += 1;
    const from = skipBlanks(line, 0);
    if (from === line.length) return;
    if (line[from] === '#') {
      const named = COMMENT.exec(line)?.[1];
      if (named !== undefined && this.isWanted(named)) this.names.add(named);
      return;
    }
    const name = matchAt(NAME, line, from);
    if (name === null) throw this.wrong(line);
    if (this.isWanted(name)) this.keep(name, line, from + name.length);
  }

  private keep(name: string, line: string, from: number): void {
    const brace = skipBlanks(line, from);
    const list = line[brace] === '{' ? readLabels(line, brace, EQUALS) : { parts: [], end: brace };
    // A value, then perhaps a time stamp and an exemplar, which do not matter here.
    const value = list ? readValue(line.slice(list.end).trim().split(/\s+/, 1)[0] ?? '') : null;
    if (!list || value === null) throw this.wrong(line);
    this.names.add(name);
    this.samples.push({ name, labels: new Map(list.parts.map((part) => [part.label, part.value])), value });
  }

  private wrong(line: string): ExpositionError {
    const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
    return new ExpositionError(`line ${this.line} is not in Prometheus' text format: ${shown}`);
  }
}

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
]);

/** A number as Prometheus writes it; null for anything else. */
export function readValue(text: string): number | null {
  const special = SPECIAL.get(text.toLowerCase());
  if (special !== undefined) return special;
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : null;
}

/** Reads a whole exposition at once. @throws ExpositionError */
export function parseExposition(text: string, isWanted: (name: string) => boolean = () => true): Exposition {
  const reader = new ExpositionReader(isWanted);
  reader.push(new TextEncoder().encode(text));
  return reader.end();
}

/**
 * The sum over the series that a selector picks. It is 0 when the name is exposed and none of its series is picked:
 * an error that never happened has no series yet.
 *
 * @returns null when the name is not exposed at all: that says nothing, least of all zero.
 */
export function sumOf(exposition: Exposition, selector: Selector): number | null {
  if (!exposition.names.has(selector.name)) return null;
  let sum = 0;
  for (const { name, labels, value } of exposition.samples) {
    if (name === selector.name && selector.picks(labels)) sum += value;
  }
  return sum;
}
