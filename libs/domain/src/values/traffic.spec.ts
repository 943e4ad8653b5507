import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CLOSED, isClosed, isSameSplit, TrafficShare, TrafficSplit, toBasisPoints } from './traffic.js';

describe('a share of traffic', () => {
  it.each([
    ['1%', 100],
    ['0.01%', 1],
    ['0.29%', 29],
    ['12.5%', 1_250],
    ['1.0%', 100],
    ['99.99%', 9_999],
    ['100%', 10_000],
    ['100.00%', 10_000],
  ])('%s is %d of 10,000 parts', (text, parts) => {
    expect(TrafficShare.parse(text)).toBe(text);
    expect(toBasisPoints(text)).toBe(parts);
  });

  it('is a whole number of parts, whichever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (parts) => {
        const text = `${Math.floor(parts / 100)}.${String(parts % 100).padStart(2, '0')}%`;
        expect(toBasisPoints(TrafficShare.parse(text))).toBe(parts);
      }),
    );
  });

  it.each(['', '1', '%', '1 %', '-1%', '.5%', '1.%', '1.234%', '0.001%', '1e1%', '1000%', '1%%'])(
    'is not %j',
    (text) => {
      expect(TrafficShare.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([
        'must be a share of traffic such as 1%, with at most two decimals',
      ]);
    },
  );

  it.each(['0%', '0.00%', '000%', '100.01%', '101%', '999.99%'])(
    'is something, and no more than there is: not %s',
    (text) => {
      expect(TrafficShare.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([
        'must be 0.01% to 100%',
      ]);
    },
  );

  it('is text', () => {
    expect(TrafficShare.safeParse(0.01).error?.issues[0]?.message).toBe('must be a share of traffic such as 1%');
  });
});

describe('a split of the traffic', () => {
  it('may send nothing to staging', () => {
    expect(TrafficSplit.parse(CLOSED)).toEqual({ internal: '0%', production: '0%' });
    expect(isClosed({ internal: '0.00%', production: '0%' })).toBe(true);
  });

  it.each([[{ internal: '0.01%', production: '0%' }], [{ internal: '0%', production: '0.01%' }]])(
    'is not closed while anything goes there: %j',
    (split) => {
      expect(isClosed(split)).toBe(false);
    },
  );

  it('is the same however its shares are written', () => {
    expect(isSameSplit({ internal: '100%', production: '1%' }, { internal: '100.00%', production: '1.0%' })).toBe(true);
    expect(isSameSplit({ internal: '100%', production: '1%' }, { internal: '100%', production: '1.01%' })).toBe(false);
    expect(isSameSplit({ internal: '50%', production: '1%' }, { internal: '100%', production: '1%' })).toBe(false);
  });
});
