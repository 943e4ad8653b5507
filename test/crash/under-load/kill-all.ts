import { setTimeout as sleep } from 'node:timers/promises';
import type { StandingRelease } from './standing-release.js';
import type { Victim } from './victims.js';

export interface Kill {
  readonly victim: string;
  /** From the kill until every part that needs the victim has answered a command that was given after it. */
  readonly recoveryMs: number;
}

interface Options {
  /** How often each is killed. */
  readonly rounds: number;
  readonly random: () => number;
  readonly onKill?: (kill: Kill) => void;
}

/** Kills each victim once a round, in an order and at moments that `random` chooses, and sees it back each time. */
export async function killAll(
  victims: readonly Victim[],
  standing: StandingRelease,
  { rounds, random, onKill = () => undefined }: Options,
): Promise<Kill[]> {
  const kills: Kill[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const left = [...victims]; left.length > 0; ) {
      const [victim] = left.splice(Math.floor(random() * left.length), 1);
      if (!victim) break;
      await sleep(200 + random() * 1_000);
      const kill = { victim: victim.name, recoveryMs: await killOnce(victim, standing) };
      kills.push(kill);
      onKill(kill);
    }
  }
  return kills;
}

async function killOnce(victim: Victim, standing: StandingRelease): Promise<number> {
  const began = performance.now();
  await victim.kill();
  const answered = Promise.all(victim.needs.map((part) => standing.answeredBy(part)));
  const [recoveryMs] = await Promise.all([answered.then(() => performance.now() - began), victim.start()]);
  return recoveryMs;
}
