import type { RecordedEvent } from '#event-store';
import type { Discrepancies } from './effects.js';
import type { Kill } from './kill-all.js';
import type { Ledger } from './ledger.js';
import { disorderIn } from './log.js';

/** A whole run. */
interface Outcome {
  readonly kills: readonly Kill[];
  readonly ledger: Ledger;
  readonly log: readonly RecordedEvent[];
  readonly found: Discrepancies;
}

/** What a run came to, for people: a line for each victim, the commands, and what does not fit. */
export function reportOf({ kills, ledger, log, found }: Outcome): string {
  const victims = [...new Set(kills.map(({ victim }) => victim))].sort();
  const lines = victims.map((victim) => {
    const times = kills.filter((kill) => kill.victim === victim).map(({ recoveryMs }) => recoveryMs);
    const sorted = times.sort((a, b) => a - b);
    const [middle = 0, longest = 0] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
    return `${victim}: killed ${times.length} times, answers again after ${seconds(middle)} (p50), ${seconds(longest)} (max)`;
  });
  const { acknowledged, refused, retried, releases } = ledger;
  const commands = `${acknowledged.length} commands acknowledged, ${refused.length} refused, ${retried} of them sent again`;
  const { lost, wrong, unasked, overtaken } = found;
  const disorder = disorderIn(log).length + overtaken.length;
  const misfits = `${lost.length} lost, ${wrong.length + unasked.length} with another effect than their own`;
  const events = `${log.length} events, ${disorder} out of order`;
  return [...lines, `${commands}, over ${releases.length} releases`, misfits, events].join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
