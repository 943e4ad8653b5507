import { expect, it } from '@jest/globals';
import { CheckpointTooLarge, InvalidInput } from '#event-store';
import type { OnFreshLog } from './support.js';

export function checkpoints(onFreshLog: OnFreshLog): void {
  it(
    'come back as they were saved, to everyone, under any name',
    onFreshLog(async (open) => {
      const [store, other] = [await open(), await open()];
      const names = ['audit', 'audit.read model', 'a=2Eb', 'a.b', '日本 *>', 'executor/1'];
      for (const name of names) await store.saveCheckpoint(name, { name, position: 1024 });

      for (const name of names) expect(await other.loadCheckpoint(name)).toEqual({ name, position: 1024 });
      expect(await other.loadCheckpoint('never saved')).toBeUndefined();
    }),
  );

  it(
    'the newest wins',
    onFreshLog(async (open) => {
      const [store, other] = [await open(), await open()];
      for (const value of [1, 'two', null, [{ three: 3 }], false]) {
        await store.saveCheckpoint('reader', value);
        expect(await other.loadCheckpoint('reader')).toEqual(value);
      }
    }),
  );

  it(
    'have a limit, and the earlier value outlives a refusal',
    onFreshLog(async (open) => {
      const store = await open();
      await store.saveCheckpoint('reader', 'x'.repeat(64 * 1024 - 2));
      await expect(store.saveCheckpoint('reader', 'x'.repeat(64 * 1024 - 1))).rejects.toThrow(CheckpointTooLarge);
      await expect(store.saveCheckpoint('reader', undefined)).rejects.toThrow(InvalidInput);
      await expect(store.saveCheckpoint('', 1)).rejects.toThrow(InvalidInput);
      await expect(store.loadCheckpoint('')).rejects.toThrow(InvalidInput);
      expect(await store.loadCheckpoint('reader')).toHaveLength(64 * 1024 - 2);
    }),
  );
}
