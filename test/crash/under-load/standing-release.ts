import { setTimeout as sleep } from 'node:timers/promises';
import { releaseDocument } from '../../harness/release-document.js';
import type { Commander } from './commander.js';

/** What answers commands, or tells of them. */
export type Part = 'planner' | 'executor' | 'observer' | 'audit';

const ASK_AGAIN_MS = 50;
const PATIENCE_MS = 60_000;

/** A release that is watched for as long as everything is killed, so that each part can be given a command at any time. */
export class StandingRelease {
  private commands = 0;

  private constructor(
    private readonly commander: Commander,
    private readonly zone: string,
    private readonly id: string,
  ) {}

  /** Settles when its first batch is observed. */
  static async start(commander: Commander, zone: string): Promise<StandingRelease> {
    const { release } = await commander.submit(document(zone, `${zone}.0`));
    if (release === null) throw new Error('the standing release was not taken');
    await commander.order(release, 'start');
    const deadline = Date.now() + PATIENCE_MS;
    while ((await commander.view(release)).batches[0]?.state !== 'observing') {
      if (Date.now() > deadline) throw new Error('the standing release does not get to be observed');
      await sleep(ASK_AGAIN_MS);
    }
    return new StandingRelease(commander, zone, release);
  }

  /** Settles when a part has definitely answered a command that was given now; the audit, when it tells of one. */
  async answeredBy(part: Part): Promise<void> {
    this.commands += 1;
    switch (part) {
      case 'planner': {
        const { release } = await this.commander.submit(document(this.zone, `${this.zone}.${this.commands}`));
        if (release !== null) this.left.push(release);
        return;
      }
      case 'executor':
        await this.changeInterval();
        return;
      case 'observer':
        // Only the first of them counts; the others are refused, and that stands on record.
        await this.commander.order(this.id, 'confirm', { batch: `${this.zone}.1`, seen: 'all is well' });
        return;
      case 'audit': {
        const changed = await this.changeInterval();
        const deadline = Date.now() + PATIENCE_MS;
        while (!(await this.commander.isTold(changed))) {
          if (Date.now() > deadline) throw new Error('the audit does not tell of what was acknowledged');
          await sleep(ASK_AGAIN_MS);
        }
      }
    }
  }

  /** Leaves nothing behind that could still change. */
  async end(): Promise<void> {
    for (const release of this.left.splice(0)) await this.commander.order(release, 'withdraw');
    await this.commander.order(this.id, 'abort');
  }

  private readonly left: string[] = [];

  private changeInterval() {
    const to = `${60 + (this.commands % 60)}m`;
    return this.commander.order(this.id, 'change-interval', { batch: `${this.zone}.1`, to });
  }
}

/** Nobody but people judge it, and never enough of them. */
function document(zone: string, version: string): object {
  return releaseDocument({
    version,
    topology: 'production',
    rollout: [{ clusters: [zone], order: 'serial', batches: [1, '100%'] }],
    interval: '1h',
    spec: { conflict: 'queue', validate: [{ name: 'second-look', confirm: { people: 10 } }] },
  });
}
