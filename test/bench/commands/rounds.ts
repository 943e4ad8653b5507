import { perSecond } from '../contest.js';
import { drive } from '../http-client.js';
import type { PlaneInBench } from '../servers.js';
import { median, quantile } from '../statistics.js';
import type { BareAppends } from './bare-appends.js';
import { lastBatch } from './documents.js';
import { untilAudited } from './releases.js';

const ROUNDS = 7;
const TURN_MS = 1_000;
const BARE_MS = 300;
const INTERVALS = ['2h', '3h'];

/** Medians over the rounds; times in milliseconds. */
export interface Measured {
  readonly clients: number;
  readonly commands: number;
  readonly p50: number;
  readonly p99: number;
  readonly appends: number;
  /** Commands a second to bare appends a second, within a round. */
  readonly ratio: number;
  /** The same beside a client that takes no stack for each request. */
  readonly tuned: number;
  readonly tunedRatio: number;
}

/** Commands and bare appends in turns, with as many under way; each client has a release of its own. */
export async function measure(
  plane: PlaneInBench,
  releases: readonly string[],
  bare: { readonly asItComes: BareAppends; readonly tuned: BareAppends },
  clients: number,
): Promise<Measured> {
  const rounds: Omit<Measured, 'clients'>[] = [];
  const commands = releases.slice(0, clients).map((release, index) => commandsFor(plane, release, index));
  const [first = ''] = releases;
  const sent = Array.from({ length: clients }, () => 0);
  const next = (client: number): Buffer => {
    const count = sent[client] ?? 0;
    sent[client] = count + 1;
    return commands[client]?.[count % INTERVALS.length] as Buffer;
  };
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const { perSecond: rate, latencies } = await drive({ place: plane.place, next, parallel: clients, forMs: TURN_MS });
    await untilAudited(plane, first);
    const appends = await perSecond(clients, BARE_MS, (lane) => bare.asItComes.append(`a-${clients}-${lane}`));
    const tuned = await perSecond(clients, BARE_MS, (lane) => bare.tuned.append(`b-${clients}-${lane}`));
    const times = { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
    if (round > 0)
      rounds.push({ ...times, commands: rate, appends, ratio: rate / appends, tuned, tunedRatio: rate / tuned });
  }
  const middle = (of: (round: Omit<Measured, 'clients'>) => number): number => median(rounds.map(of));
  return {
    clients,
    commands: middle((round) => round.commands),
    p50: middle((round) => round.p50),
    p99: middle((round) => round.p99),
    appends: middle((round) => round.appends),
    ratio: middle((round) => round.ratio),
    tuned: middle((round) => round.tuned),
    tunedRatio: middle((round) => round.tunedRatio),
  };
}

/** Whole requests, each of which changes the release's last interval to another. */
function commandsFor({ place, tokens }: PlaneInBench, release: string, index: number): Buffer[] {
  return INTERVALS.map((to) => {
    const body = JSON.stringify({ batch: lastBatch(index), to, reason: 'a measurement' });
    const head = [
      `POST /v1/releases/${release}/intervals HTTP/1.1`,
      `host: ${place}`,
      `authorization: Bearer ${tokens.operator}`,
      'content-type: application/json',
      `content-length: ${body.length}`,
    ];
    return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}
