import type { Kill } from './kill-all.js';
import type { Ledger } from './ledger.js';

/** What a run came to, for people: a line for each victim, and the commands. */
export function reportOf(kills: readonly Kill[], ledger: Ledger): string {
  const victims = [...new Set(kills.map(({ victim }) => victim))].sort();
  const lines = victims.map((victim) => {
    const times = kills.filter((kill) => kill.victim === victim).map(({ recoveryMs }) => recoveryMs);
    const sorted = times.sort((a, b) => a - b);
    const [middle = 0, longest = 0] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
    return `${victim}: killed ${times.length} times, answers again after ${seconds(middle)} (p50), ${seconds(longest)} (max)`;
  });
  const { acknowledged, refused, retried, releases } = ledger;
  const commands = `${acknowledged.length} commands acknowledged, ${refused.length} refused, ${retried} of them sent again`;
  return [...lines, `${commands}, over ${releases.length} releases`].join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
