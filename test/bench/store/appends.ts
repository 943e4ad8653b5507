import { randomUUID } from 'node:crypto';
import { type Commit, type EventStore, NO_STREAM } from '#event-store';
import { hold, type Outcome, perSecond } from '../contest.js';
import type { Contestant } from './contestant.js';

const ROUNDS = 11;
const TURN_MS = 300;

export interface AppendOutcome extends Outcome {
  readonly inFlight: number;
  /** What the server stores of one event. */
  readonly bytes: number;
}

/** Appends in streams side by side, in each one after the other, each where the last one of its stream ended. */
export async function contestAppends({ store, bare }: Contestant, inFlight: number): Promise<AppendOutcome> {
  const writers = Array.from(
    { length: inFlight },
    (_, lane) => new Writer(store, `release-appends-${inFlight}-${lane}`),
  );
  const [first] = writers;
  if (!first) throw new RangeError('nothing is in flight');
  await first.append();
  const { bytes } = await bare.copy(first.stream);
  const outcome = await hold(
    {
      subject: () => perSecond(inFlight, TURN_MS, (lane) => (writers[lane] ?? first).append()),
      yardstick: () => perSecond(inFlight, TURN_MS, (lane) => bare.append(`${inFlight}-${lane}`)),
    },
    ROUNDS,
  );
  return { ...outcome, inFlight, bytes };
}

/** Writes one stream, one event at a time. */
class Writer {
  #revision = NO_STREAM;

  constructor(
    private readonly store: EventStore,
    readonly stream: string,
  ) {}

  async append(): Promise<void> {
    const result = await this.store.append(commitOf(this.stream, this.#revision));
    if (result.outcome === 'conflict') throw new Error(`somebody else has written to ${this.stream}`);
    this.#revision = result.revision;
  }
}

/** A unit's deployment as the executor writes it down, each time with ids of its own. */
function commitOf(stream: string, expectedRevision: number): Commit {
  const commitId = randomUUID();
  const event = {
    id: randomUUID(),
    type: 'UnitDeployed.v1',
    at: new Date().toISOString(),
    data: {
      batch: 'eu-1.2',
      unit: 'eu-1-unit-17',
      attempt: 1,
      before: { version: '2.3.0', healthy: true },
      after: { version: '2.4.0', healthy: true },
      changed: true,
    },
    meta: {
      commandId: commitId,
      actor: { kind: 'service', id: 'executor' },
      correlationId: 'checkout-2.4.0-1c9a',
      causationId: commitId,
    },
  } as const;
  return { stream, expectedRevision, commitId, events: [event] };
}
