import { describe, expect, it, jest } from '@jest/globals';
import { StoreUnavailable } from '#event-store';
import { untilStored } from './until-stored.js';

describe('storing something while the log is away', () => {
  it('tries until it is back, and says each time that it was not', async () => {
    const away: unknown[] = [];
    let tries = 0;
    const store = async () => {
      tries += 1;
      if (tries === 1) throw new StoreUnavailable('the log is away');
      return 'stored';
    };
    expect(await untilStored(store, new AbortController().signal, (error) => away.push(error))).toBe('stored');
    expect(away).toHaveLength(1);
  });

  it('does not try again what cannot be stored', async () => {
    const store = jest.fn(async () => {
      throw new TypeError('broken');
    });
    await expect(untilStored(store, new AbortController().signal)).rejects.toThrow('broken');
    expect(store).toHaveBeenCalledTimes(1);
  });

  it('ends without having stored when the signal says so', async () => {
    const stopping = new AbortController();
    const store = async () => {
      stopping.abort();
      throw new StoreUnavailable('the log is away');
    };
    expect(await untilStored(store, stopping.signal)).toBeNull();
  });
});
