import { setTimeout as sleep } from 'node:timers/promises';
import { ENDS, type ReleaseView } from '#domain';
import { releaseDocument } from '../../harness/release-document.js';
import type { Commander } from './commander.js';

const LOOK_AGAIN_MS = 150;
const PATIENCE_MS = 120_000;
/** What becomes of releases, by how often. */
const COURSES = ['carried', 'carried', 'approved', 'rejected', 'withdrawn', 'aborted', 'rolled-back'] as const;
type Course = (typeof COURSES)[number];

/** A team that makes one release after another over a zone of its own, and changes its mind a lot. */
export class Client {
  private made = 0;

  /** @param random decides what becomes of each release, and when it is commanded what */
  constructor(
    private readonly commander: Commander,
    private readonly zone: string,
    private readonly random: () => number,
  ) {}

  /** Ends with the release during which it was told that it is over. The last one is always carried out. */
  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) await this.release(this.oneOf(COURSES));
    await this.release('carried');
  }

  private async release(course: Course): Promise<void> {
    this.made += 1;
    const version = `${this.zone}.${this.made}`;
    if (this.random() < 0.3) await this.commander.submit(this.document(version, { topology: 'nowhere' }));
    const needsApproval = course === 'approved' || course === 'rejected';
    const document = this.document(version, needsApproval ? { risk: 'high' } : {});
    const { release } = await this.commander.submit(document);
    if (release === null) throw new Error(`${version} was not taken`);
    await this.follow(release, course);
  }

  private async follow(release: string, course: Course): Promise<void> {
    switch (course) {
      case 'withdrawn':
        await this.commander.order(release, 'approve');
        await this.commander.order(release, 'withdraw');
        await this.commander.order(release, 'start');
        return;
      case 'rejected':
        await this.commander.order(release, 'approve');
        await this.commander.order(release, 'reject', { decision: 'reject' });
        return;
      case 'approved':
        await this.commander.order(release, 'approve', {}, 'director');
        return this.carry(release);
      case 'carried':
        return this.carry(release);
      case 'aborted':
        await this.start(release);
        await sleep(this.random() * 1_500);
        await this.commander.order(release, 'pause');
        await this.commander.order(release, 'abort');
        return;
      case 'rolled-back':
        await this.start(release);
        await sleep(500 + this.random() * 1_500);
        await this.commander.order(release, 'roll-back');
        return this.untilEnd(release);
    }
  }

  /** It may be queued until the release before has brought to an end what was under way. A start too many is refused. */
  private async start(release: string): Promise<void> {
    await this.commander.order(release, 'start');
    if (this.random() < 0.5) await this.commander.order(release, 'start');
  }

  private async carry(release: string): Promise<void> {
    await this.start(release);
    for (let changes = 2 + this.random() * 3; changes > 1; changes -= 1) {
      const interval = { batch: `${this.zone}.${this.random() < 0.5 ? 1 : 2}`, to: `${this.milliseconds()}ms` };
      await this.commander.order(release, 'change-interval', interval);
      await this.commander.order(release, 'pause');
      await sleep(this.random() * 300);
      await this.commander.order(release, 'resume');
    }
    await this.untilEnd(release);
  }

  /** Confirms what is observed and resumes what was paused, until there is nothing left to do. */
  private async untilEnd(release: string): Promise<void> {
    let view: ReleaseView | null = null;
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(LOOK_AGAIN_MS)) {
      view = await this.commander.view(release);
      if ((ENDS as readonly string[]).includes(view.state)) return;
      for (const { id, state, confirmations } of view.batches) {
        const seen = { batch: id, seen: 'orders come in' };
        if (state === 'observing' && confirmations.length === 0) await this.commander.order(release, 'confirm', seen);
      }
      if (view.hold?.cause === 'paused') await this.commander.order(release, 'resume');
    }
    throw new Error(`${release} came no further than ${JSON.stringify(view)}`);
  }

  private document(
    version: string,
    { topology = 'production', ...spec }: { topology?: string; risk?: string },
  ): object {
    const document = releaseDocument({
      version,
      topology,
      rollout: [{ clusters: [this.zone], order: 'serial', batches: [1, '100%'] }],
      interval: '700ms',
    }) as { spec: { validate: object[] } };
    const validate = [...document.spec.validate, { name: 'second-look', confirm: {} }];
    return { ...document, spec: { ...document.spec, ...spec, conflict: 'queue', validate } };
  }

  private milliseconds(): number {
    return 400 + Math.floor(this.random() * 600);
  }

  private oneOf(courses: readonly Course[]): Course {
    return courses[Math.floor(this.random() * courses.length)] as Course;
  }
}
