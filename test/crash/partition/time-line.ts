import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import type { Host } from './networks.js';

const EVERY_MS = 200;

/** What happened when, told at the end as lines. */
export class TimeLine {
  readonly lines: string[] = [];
  private readonly began = performance.now();

  note(what: string): void {
    this.lines.push(`${((performance.now() - this.began) / 1_000).toFixed(1).padStart(6)} s  ${what}`);
  }

  /** Notes how a sentence changes, until the signal aborts. */
  async follow(sentence: () => Promise<string>, signal: AbortSignal): Promise<void> {
    let last = '';
    while (!signal.aborted) {
      const now = await sentence();
      if (now !== last) this.note(now);
      last = now;
      await sleep(EVERY_MS);
    }
  }
}

/** Looks at who leads the log, and for how long nobody does. */
export class LeaderWatch {
  /** Whose word does not count, and who does not count as a leader. */
  cutOff: Host | null = null;
  private leaderlessMs = 0;
  private looked = performance.now();

  constructor(
    private readonly cluster: Cluster,
    private readonly hosts: readonly Host[],
  ) {}

  get leaderlessSeconds(): number {
    return this.leaderlessMs / 1_000;
  }

  async sentence(): Promise<string> {
    const heard = this.hosts.filter((host) => host !== this.cutOff);
    const views = await Promise.all(heard.map((host) => this.cluster.leaderSeenBy(host)));
    const leader = views.find((seen) => seen !== null && seen !== this.cutOff);
    const now = performance.now();
    if (!leader) this.leaderlessMs += now - this.looked;
    this.looked = now;
    return leader ? `${leader.name} leads the log` : 'nobody leads the log';
  }
}
