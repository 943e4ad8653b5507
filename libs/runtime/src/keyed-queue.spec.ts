import { describe, expect, it } from '@jest/globals';
import { KeyedQueue } from './keyed-queue.js';

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

describe('a keyed queue', () => {
  it('runs tasks of one key one after another, in order', async () => {
    const queue = new KeyedQueue();
    const first = gate();
    const seen: string[] = [];
    const slow = queue.run('a', async () => {
      await first.opened;
      seen.push('slow');
    });
    const quick = queue.run('a', async () => {
      seen.push('quick');
    });
    first.open();
    await Promise.all([slow, quick]);
    expect(seen).toEqual(['slow', 'quick']);
  });

  it('knows how many tasks are not done, those that failed being done', async () => {
    const queue = new KeyedQueue();
    const first = gate();
    const slow = queue.run('a', () => first.opened);
    const failing = queue.run('a', async () => Promise.reject(new Error('broken')));
    expect(queue.size).toBe(2);
    first.open();
    await slow;
    await expect(failing).rejects.toThrow('broken');
    expect(queue.size).toBe(0);
  });

  it('does not let one key wait for another', async () => {
    const queue = new KeyedQueue();
    const never = gate();
    const stuck = queue.run('a', () => never.opened);
    await expect(queue.run('b', async () => 'done')).resolves.toBe('done');
    never.open();
    await stuck;
  });

  it('goes on after a task that failed', async () => {
    const queue = new KeyedQueue();
    const failing = queue.run('a', async () => {
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    await expect(queue.run('a', async () => 'next')).resolves.toBe('next');
  });
});
