import { parseCall } from '../calls/parse-call.js';
import type { SideCounts, TrafficObservation } from '../port.js';

type Counts = Pick<TrafficObservation, 'internal' | 'production'>;

/** Counts the calls of clients in a log of call records, by what they are and by the side that took them. */
export class SideCounter {
  #internal: SideCounts = { staging: 0, production: 0 };
  #production: SideCounts = { staging: 0, production: 0 };

  constructor(private readonly stagingTag: string) {}

  get counts(): Counts {
    return { internal: this.#internal, production: this.#production };
  }

  /** Lines that are no call records are left out: an operator may have nginx log other things there too. */
  add(lines: string): void {
    for (const line of lines.split('\n')) {
      // Most lines of a busy stack are calls between services; they need no parsing.
      if (!line.includes('"entry":true')) continue;
      const parsed = parseCall(line);
      if (!parsed.ok || !parsed.call.entry || parsed.call.destination === '') continue;
      const side = parsed.call.tag === this.stagingTag ? 'staging' : 'production';
      if (parsed.call.internal) this.#internal = oneMore(this.#internal, side);
      else this.#production = oneMore(this.#production, side);
    }
  }
}

function oneMore(counts: SideCounts, side: keyof SideCounts): SideCounts {
  return { ...counts, [side]: counts[side] + 1 };
}
