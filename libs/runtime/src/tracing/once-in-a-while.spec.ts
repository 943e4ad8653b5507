import { expect, it } from '@jest/globals';
import { onceInAWhile } from './once-in-a-while.js';

it('lets one complaint through, and then none for a while; the next one knows how many there were', () => {
  const said: [string, number][] = [];
  let now = 0;
  const complain = onceInAWhile(
    1_000,
    (what: string, heldBack) => said.push([what, heldBack]),
    () => now,
  );
  for (now = 0; now < 2_000; now += 250) complain(`at ${now}`);
  expect(said).toEqual([
    ['at 0', 0],
    ['at 1000', 3],
  ]);
});
