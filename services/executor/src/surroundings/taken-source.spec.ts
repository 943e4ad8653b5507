import { beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY, Policy, type ReleaseOrder } from '#domain';
import { MemoryEventStore } from '#event-store';
import { ReleaseBook, systemClock } from '#runtime';
import { Starting } from '../orders/starting.js';
import { by, submissionOf, topologyOf } from './releases.spec-support.js';
import { TakenSource } from './taken-source.js';

const topology = topologyOf({ eu: ['eu-a', 'eu-b'], us: ['us-a', 'us-b'], ap: ['ap-a', 'ap-b'] });
const TWO_AT_A_TIME = Policy.parse({
  apiVersion: 'sluice/v1',
  kind: 'Policy',
  metadata: { name: 'default' },
  spec: { budgets: { topology: 2 } },
});

let book: ReleaseBook;
let starting: Starting;
let taken: TakenSource;

beforeEach(() => {
  book = new ReleaseBook(new MemoryEventStore(), systemClock);
  starting = new Starting(book);
  taken = new TakenSource(book);
});

async function started(release: string, cluster: string, conflict?: 'queue', policy = DEFAULT_POLICY) {
  const submission = submissionOf(release, [cluster], { topology, policy }, conflict ? { conflict } : {});
  await book.order(release, submission, by('person', 'author'));
  return starting.start(release, by('person', 'operator'));
}

/** What the executor does at a gate; the status that the release has then, and why it waits. */
async function atTheGate(release: string): Promise<string> {
  const obstacles = await taken.obstacles(await book.fresh(release));
  await book.order(release, { type: 'advance', obstacles }, by('service', 'executor'));
  const { state } = await book.fresh(release);
  return state.status === 'held' ? `${state.hold.cause}: ${state.hold.sentence}` : state.status;
}

const order = (release: string, what: ReleaseOrder) => book.order(release, what, by('person', 'operator'));

describe('a release that asks to be queued', () => {
  it('is started, and held before anything of it begins, until what it waits for has ended', async () => {
    await started('r1', 'eu');
    expect(await atTheGate('r1')).toBe('running');
    expect(await started('r2', 'eu', 'queue')).toMatchObject({ outcome: 'done', status: 'running' });
    expect(await atTheGate('r2')).toBe(
      'queued: it waits its turn: unit eu-a belongs to release r1, which has not ended yet',
    );
    expect(await atTheGate('r2')).toMatch(/^queued/);
    await order('r1', { type: 'abort' });
    expect(await atTheGate('r2')).toBe('running');
    expect((await book.fresh('r2')).state).toMatchObject({ openWave: 1 });
  });

  it('is not passed by a later one that needs the same, and that one is refused if it does not queue', async () => {
    await started('r1', 'eu');
    await started('r2', 'eu', 'queue');
    expect(await started('r3', 'eu')).toMatchObject({ outcome: 'refused', refusal: { code: 'UNITS_TAKEN' } });
    await atTheGate('r1');
    await atTheGate('r2');
    await started('r4', 'eu', 'queue');
    await order('r1', { type: 'abort' });
    expect(await atTheGate('r4')).toContain('belongs to release r2');
    expect(await atTheGate('r2')).toBe('running');
  });

  it('is asked about once: when it has begun, it has what it needs', async () => {
    await started('r1', 'eu', 'queue');
    await atTheGate('r1');
    expect(await taken.obstacles(await book.fresh('r1'))).toEqual([]);
  });
});

describe('a release that does not ask to be queued', () => {
  it('is paused when another one was started at the same moment, and says what to do', async () => {
    await started('r1', 'eu');
    // By another executor, which does not know of the first yet.
    starting = new Starting(new ReleaseBook(book.store, systemClock));
    expect(await started('r2', 'eu')).toMatchObject({ outcome: 'done' });
    expect(await atTheGate('r2')).toBe(
      'paused: unit eu-a belongs to release r1, which has not ended yet; wait for its end, then resume this one',
    );
  });
});

describe('a budget', () => {
  it('that is spent refuses the start of one more, and names who spends it', async () => {
    for (const [release, cluster] of [
      ['r1', 'eu'],
      ['r2', 'us'],
    ] as const) {
      await started(release, cluster, undefined, TWO_AT_A_TIME);
      expect(await atTheGate(release)).toBe('running');
    }
    expect(await started('r3', 'ap', undefined, TWO_AT_A_TIME)).toMatchObject({
      outcome: 'refused',
      refusal: {
        code: 'BUDGET_SPENT',
        message: expect.stringContaining('2 releases run over topology production at a time, and there are r1, r2'),
      },
    });
  });

  it('that is spent queues one that asks for it, until there is room', async () => {
    await started('r1', 'eu', 'queue', TWO_AT_A_TIME);
    await started('r2', 'us', 'queue', TWO_AT_A_TIME);
    await started('r3', 'ap', 'queue', TWO_AT_A_TIME);
    for (const release of ['r1', 'r2']) expect(await atTheGate(release)).toBe('running');
    expect(await atTheGate('r3')).toContain('queued: it waits its turn: policy default lets 2 releases run');
    await order('r1', { type: 'abort' });
    expect(await atTheGate('r3')).toBe('running');
  });

  it('is not exceeded by two that look at the same moment', async () => {
    await started('r1', 'eu', 'queue', TWO_AT_A_TIME);
    await started('r2', 'us', 'queue', TWO_AT_A_TIME);
    await started('r3', 'ap', 'queue', TWO_AT_A_TIME);
    const answers = await Promise.all(
      ['r3', 'r2', 'r1'].map(async (release) => taken.obstacles(await book.fresh(release))),
    );
    expect(answers.map(({ length }) => length)).toEqual([1, 0, 0]);
  });

  it('is not spent by a release that is queued itself', async () => {
    await started('r1', 'eu', 'queue', TWO_AT_A_TIME);
    await atTheGate('r1');
    await started('r2', 'eu', 'queue', TWO_AT_A_TIME);
    await atTheGate('r2');
    expect(await started('r3', 'us', undefined, TWO_AT_A_TIME)).toMatchObject({ outcome: 'done' });
    expect(await atTheGate('r3')).toBe('running');
  });
});
