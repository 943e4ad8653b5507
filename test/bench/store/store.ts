import type { Bench, BenchReport } from '../bench.js';
import type { Outcome } from '../contest.js';
import { withNats } from '../servers.js';
import { round } from '../statistics.js';
import { contestAppends } from './appends.js';
import type { Contestant } from './contestant.js';
import { onJetStream } from './jetstream.js';
import { onKurrentDb } from './kurrentdb.js';
import { contestRehydrations, contestReplays } from './reads.js';
import { writeReleases } from './release-log.js';

const IN_FLIGHT = [1, 32, 256];
const RELEASES = 10;
/** How much of the rate of the bare client, as it comes, the store has to keep. */
const BARS = { append: 0.7, replay: 0.5 } as const;
const NO_BARS = { append: '', replay: '' } as const;

interface Row {
  readonly store: string;
  readonly work: string;
  readonly 'in flight': number;
  readonly 'bytes an event': number | '';
  readonly 'events/s': number;
  readonly 'bare client, events/s': number;
  readonly ratio: number;
  readonly 'ratio, middle half': string;
  readonly bar: number | '';
}

/** Each event store beside the bare client of its server, in short turns. */
export const storeBench: Bench = {
  about: 'appends to, replays and rehydrates from each event store, beside the bare client of its server',
  async run(): Promise<BenchReport> {
    const rows = [
      ...(await withNats(async (nats) => measure(await onJetStream(nats, false), BARS))),
      ...(await withNats(async (nats) => measure(await onJetStream(nats, true), NO_BARS))),
      ...(await measure(await onKurrentDb(), BARS)),
    ];
    return { bench: 'store', rows: rows.map((row) => ({ ...row })), summary: summaryOf(rows) };
  },
};

/** Reads first: what is read is a log of releases, and not what appending has left behind. */
async function measure(contestant: Contestant, bars: typeof BARS | typeof NO_BARS): Promise<Row[]> {
  const { name: store } = contestant;
  const rows: Row[] = [];
  try {
    const [release = ''] = await writeReleases(contestant.store, RELEASES);
    const replay = await contestReplays(contestant);
    const rehydrate = await contestRehydrations(contestant, release);
    for (const inFlight of IN_FLIGHT) {
      const outcome = await contestAppends(contestant, inFlight);
      const columns = { store, work: 'append', 'in flight': inFlight, 'bytes an event': outcome.bytes };
      rows.push({ ...columns, ...rates(outcome), bar: bars.append });
    }
    const reading = { store, 'in flight': 1, 'bytes an event': '' } as const;
    rows.push({ ...reading, work: 'replay', ...rates(replay), bar: bars.replay });
    rows.push({ ...reading, work: 'rehydrate', ...rates(rehydrate), bar: '' });
  } finally {
    await contestant.close();
  }
  return rows;
}

function rates({ subject, yardstick, ratio, middleHalf }: Outcome) {
  return {
    'events/s': Math.round(subject),
    'bare client, events/s': Math.round(yardstick),
    ratio: round(ratio, 2),
    'ratio, middle half': middleHalf.map((end) => end.toFixed(2)).join('–'),
  };
}

function summaryOf(rows: readonly Row[]): BenchReport['summary'] {
  const summary: Record<string, boolean> = {};
  for (const { store, work, ratio, bar, 'in flight': inFlight } of rows) {
    if (bar === '') continue;
    const where = work === 'append' ? `${work}, ${inFlight} in flight` : work;
    summary[`${store}: ${where} at ${bar} of the bare client at least, met`] = ratio >= bar;
  }
  return summary;
}
