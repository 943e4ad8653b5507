import { median, quantile } from './statistics.js';

/** Two ways to do the same work. Each call is one turn and gives its rate: the more the better. */
export interface Contest {
  readonly subject: () => Promise<number>;
  readonly yardstick: () => Promise<number>;
}

/** Medians over the rounds. */
export interface Outcome {
  readonly subject: number;
  readonly yardstick: number;
  /** Of the subject to the yardstick, within a round. */
  readonly ratio: number;
  /** What the middle half of the rounds' ratios lies between. */
  readonly middleHalf: readonly [number, number];
}

/**
 * Lets both have short turns, so that whatever else the machine does meets both alike, and compares them within each
 * round. Each begins every other round; a turn of each before the first round does not count.
 */
export async function hold({ subject, yardstick }: Contest, rounds: number): Promise<Outcome> {
  await subject();
  await yardstick();
  const rates = { subject: [] as number[], yardstick: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) rates.subject.push(await subject());
    rates.yardstick.push(await yardstick());
    if (round % 2 === 1) rates.subject.push(await subject());
  }
  const ratios = rates.subject
    .map((rate, round) => rate / (rates.yardstick[round] ?? Number.NaN))
    .sort((a, b) => a - b);
  return {
    subject: median(rates.subject),
    yardstick: median(rates.yardstick),
    ratio: quantile(ratios, 0.5),
    middleHalf: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
  };
}

/** Does one thing after the other in each of so many lanes side by side, for a while: how many a second. */
export async function perSecond(lanes: number, forMs: number, once: (lane: number) => Promise<void>): Promise<number> {
  const begin = performance.now();
  const end = begin + forMs;
  let count = 0;
  const drive = async (lane: number): Promise<void> => {
    while (performance.now() < end) {
      await once(lane);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => drive(lane)));
  return (1_000 * count) / (performance.now() - begin);
}
