import { setImmediate as soon } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Changes } from './changes.js';
import { Gatherer } from './gatherer.js';

const LIMITS = {
  gatherMs: 5,
  mostGatherMs: 5,
  mostAGroup: 3,
  mostWaiting: 5,
  mostBytesWaiting: 1_000,
  bytesOf: () => 1,
};

/** Collects groups; a gate can be shut so that a group is under way for as long as a test likes. */
class Groups {
  readonly handed: number[][] = [];
  readonly changes = new Changes();
  begun = 0;
  shut = false;

  readonly handOn = async (group: readonly number[]): Promise<void> => {
    this.begun += 1;
    this.changes.happened();
    await this.changes.until(() => !this.shut);
    this.handed.push([...group]);
    this.changes.happened();
  };

  open(): void {
    this.shut = false;
    this.changes.happened();
  }
}

describe('a gatherer', () => {
  it('hands on everything once, in order, in groups that are not too large', async () => {
    const groups = new Groups();
    const gatherer = new Gatherer<number>(groups.handOn, LIMITS);

    for (let item = 0; item < 20; item += 1) await gatherer.accept(item);
    await gatherer.drained();
    await gatherer.stop();

    expect(groups.handed.flat()).toEqual(Array.from({ length: 20 }, (_, item) => item));
    for (const group of groups.handed) expect(group.length).toBeLessThanOrEqual(3);
  });

  it('gathers what comes within a moment into one group', async () => {
    const groups = new Groups();
    const gatherer = new Gatherer<number>(groups.handOn, { ...LIMITS, gatherMs: 200 });

    await gatherer.accept(1);
    await gatherer.accept(2);
    await gatherer.drained();
    await gatherer.stop();

    expect(groups.handed).toEqual([[1, 2]]);
  });

  it('lets whoever brings too much wait until there is room', async () => {
    const groups = new Groups();
    groups.shut = true;
    const gatherer = new Gatherer<number>(groups.handOn, LIMITS);
    for (let item = 0; item < LIMITS.mostAGroup; item += 1) await gatherer.accept(item);
    await groups.changes.until(() => groups.begun === 1);
    for (let item = 1; item < LIMITS.mostWaiting; item += 1) await gatherer.accept(item);

    const oneTooMany = gatherer.accept(99);
    expect(await Promise.race([oneTooMany.then(() => 'taken'), soon().then(() => 'waits')])).toBe('waits');
    groups.open();
    await oneTooMany;
    await gatherer.drained();
    await gatherer.stop();

    expect(groups.handed.flat()).toHaveLength(LIMITS.mostAGroup + LIMITS.mostWaiting);
  });

  it('lets whoever brings too many bytes wait until they have been taken, and takes at once what is too large', async () => {
    const groups = new Groups();
    groups.shut = true;
    const limits = { ...LIMITS, gatherMs: 60_000, mostBytesWaiting: 100, bytesOf: (size: number) => size };
    const gatherer = new Gatherer<number>(groups.handOn, limits);

    await gatherer.accept(150);
    await groups.changes.until(() => groups.begun === 1);
    await gatherer.accept(60);
    const tooMuch = gatherer.accept(40);
    expect(await Promise.race([tooMuch.then(() => 'taken'), soon().then(() => 'waits')])).toBe('waits');
    groups.open();
    await tooMuch;
    await gatherer.drained();
    await gatherer.stop();

    expect(groups.handed).toEqual([[150], [60, 40]]);
  });

  it('ends with the error of a group that could not be handed on, and lets nobody wait', async () => {
    const gatherer = new Gatherer<number>(async () => {
      throw new Error('the disk is full');
    }, LIMITS);

    await gatherer.accept(1);

    await expect(gatherer.closed).rejects.toThrow('the disk is full');
    for (let item = 0; item < 20; item += 1) await gatherer.accept(item);
    await gatherer.drained();
  });

  it('finishes the group under way when it is stopped, and drops the rest', async () => {
    const groups = new Groups();
    groups.shut = true;
    const gatherer = new Gatherer<number>(groups.handOn, { ...LIMITS, gatherMs: 0 });
    for (let item = 0; item < 4; item += 1) await gatherer.accept(item);
    await groups.changes.until(() => groups.begun === 1);

    const stopped = gatherer.stop();
    groups.open();
    await stopped;

    expect(groups.handed).toEqual([[0, 1, 2]]);
  });
});

describe('waiting for changes', () => {
  it('is over when the condition holds, or the time is', async () => {
    const changes = new Changes();
    let done = false;
    const patient = changes.until(() => done, 60_000);
    const impatient = changes.until(() => done, 1);

    expect(await impatient).toBe(false);
    done = true;
    changes.happened();
    expect(await patient).toBe(true);
    expect(await changes.until(() => done)).toBe(true);
  });
});
