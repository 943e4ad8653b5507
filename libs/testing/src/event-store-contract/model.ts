import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AppendResult, type Commit, type EventStore, type NewEvent, NO_STREAM, verifyStream } from '#event-store';
import { aCommit, all, anEvent, idsOf, type OnFreshLog } from './support.js';

interface Step {
  readonly stream: 'a' | 'b.c';
  /** How far behind the end of the stream the writer is. */
  readonly lag: number;
  /** Whether the writer sends the commit that it sent last to this stream once more. */
  readonly again: boolean;
  readonly data: readonly fc.JsonValue[];
}

const step: fc.Arbitrary<Step> = fc.record({
  stream: fc.constantFrom('a', 'b.c'),
  lag: fc.constantFrom(0, 0, 0, 1, 2, -1),
  again: fc.constantFrom(false, false, true),
  data: fc.array(fc.jsonValue(), { minLength: 1, maxLength: 3 }),
});

/** What a log has to hold: as little code as can say it. */
class Model {
  readonly events: { readonly stream: string; readonly event: NewEvent }[] = [];
  readonly #accepted = new Map<string, number>();

  of(stream: string): readonly NewEvent[] {
    return this.events.filter((entry) => entry.stream === stream).map(({ event }) => event);
  }

  append({ stream, expectedRevision, commitId, events }: Commit): {
    outcome: AppendResult['outcome'];
    revision: number;
  } {
    const key = `${stream} ${expectedRevision} ${commitId}`;
    const before = this.#accepted.get(key);
    if (before !== undefined) return { outcome: 'appended', revision: before };
    const end = this.of(stream).length - 1;
    if (expectedRevision !== end) return { outcome: 'conflict', revision: end };
    this.events.push(...events.map((event) => ({ stream, event })));
    this.#accepted.set(key, end + events.length);
    return { outcome: 'appended', revision: end + events.length };
  }
}

export function model(onFreshLog: OnFreshLog): void {
  it(
    'of commits, conflicts and repetitions reads as a model of it says',
    onFreshLog(async (open) => {
      const stores = [await open(), await open()] as const;
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), async (steps, page) => {
          run += 1;
          await follow(stores, `run${run}`, steps, page);
        }),
        { numRuns: 25 },
      );
    }),
    30_000,
  );
}

async function follow(
  [store, other]: readonly [EventStore, EventStore],
  category: string,
  steps: readonly Step[],
  page: number,
): Promise<void> {
  const model = new Model();
  const sent = new Map<string, Commit>();
  for (const [index, { stream: rest, lag, again, data }] of steps.entries()) {
    const stream = `${category}-${rest}`;
    const expectedRevision = Math.max(NO_STREAM, model.of(stream).length - 1 - lag);
    const fresh = aCommit(stream, expectedRevision, data.map(anEvent));
    const commit = (again ? sent.get(stream) : undefined) ?? fresh;
    sent.set(stream, commit);
    const { outcome, revision } = await (index % 3 === 2 ? other : store).append(commit);
    expect({ outcome, revision }).toEqual(model.append(commit));
  }
  for (const rest of ['a', 'b.c']) {
    const events = await all(other.readStream(`${category}-${rest}`));
    const written = model.of(`${category}-${rest}`);
    expect(idsOf(events)).toEqual(idsOf(written));
    expect(events.map(({ data }) => data)).toEqual(written.map(({ data }) => JSON.parse(JSON.stringify(data))));
    expect(await verifyStream(events)).toMatchObject({ ok: true, count: written.length });
  }
  const log = [];
  for (let after: number | undefined; ; ) {
    const events = await store.readAll({ categories: [category], after, limit: page });
    if (events.length === 0) break;
    log.push(...events);
    after = events.at(-1)?.position;
  }
  expect(idsOf(log)).toEqual(idsOf(model.events.map(({ event }) => event)));
}
