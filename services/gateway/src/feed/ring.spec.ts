import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Ring } from './ring.js';

const everything = () => true;
const entry = (position: number, size = 1, stream = 'release-a') => ({ position, stream, frame: 'x'.repeat(size) });

it('has nothing to say at first, and covers what comes from there on', () => {
  const ring = new Ring({ events: 10, size: 100 }, 5);
  expect(ring.newest).toBe(5);
  expect([ring.covers(4), ring.covers(5)]).toEqual([false, true]);
  expect(ring.read(5, everything, 100)).toEqual({ text: '', position: 5 });
});

it('hands out what is wanted after a position, and steps over the rest', () => {
  const ring = new Ring({ events: 10, size: 100 }, 0);
  for (const stream of ['a', 'b', 'a', 'b']) {
    const position = ring.newest + 10;
    ring.push({ position, stream, frame: `${stream}${position} ` });
  }
  const wantsA = (stream: string) => stream === 'a';
  expect(ring.read(0, wantsA, 100)).toEqual({ text: 'a10 a30 ', position: 40 });
  expect(ring.read(10, wantsA, 100)).toEqual({ text: 'a30 ', position: 40 });
  expect(ring.read(15, wantsA, 1)).toEqual({ text: 'a30 ', position: 30 });
});

it('lets go of the oldest when there are too many, or too much of them', () => {
  const byCount = new Ring({ events: 2, size: 100 }, 0);
  for (const position of [1, 2, 3]) byCount.push(entry(position));
  expect([byCount.covers(0), byCount.covers(1)]).toEqual([false, true]);

  const bySize = new Ring({ events: 10, size: 10 }, 0);
  for (const position of [1, 2, 3]) bySize.push(entry(position, 4));
  expect([bySize.covers(0), bySize.covers(1)]).toEqual([false, true]);
});

it('keeps the newest, however large it is', () => {
  const ring = new Ring({ events: 10, size: 10 }, 0);
  ring.push(entry(1));
  ring.push(entry(2, 50));
  expect(ring.read(1, everything, 1).text).toHaveLength(50);
});

it('leaves nothing out after a position that it covers, whatever was put in', () => {
  const gaps = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 5 }), size: fc.integer({ min: 1, max: 9 }) }));
  fc.assert(
    fc.property(gaps, fc.nat(60), fc.integer({ min: 1, max: 20 }), (entries, after, characters) => {
      const ring = new Ring({ events: 8, size: 40 }, 0);
      const positions: number[] = [];
      for (const { gap, size } of entries) {
        positions.push(ring.newest + gap);
        ring.push(entry(ring.newest + gap, size, String(ring.newest + gap)));
      }
      if (!ring.covers(after)) return;
      const got: number[] = [];
      const wants = (stream: string) => got.push(Number(stream)) > 0;
      for (let at = after; ; ) {
        const { position } = ring.read(at, wants, characters);
        if (position === at) break;
        at = position;
      }
      expect(got).toEqual(positions.filter((position) => position > after));
    }),
  );
});
