import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryEventStore, type RecordedEvent } from '#event-store';
import { discrepancies } from './effects.js';
import { type Entry, Ledger } from './ledger.js';

const NONE = { lost: [], wrong: [], unasked: [], overtaken: [] };

let store: MemoryEventStore;
let ledger: Ledger;
let time: number;

beforeEach(() => {
  store = new MemoryEventStore();
  ledger = new Ledger();
  time = 0;
});

/** A commit to the log, as a service makes one of a person's command. */
async function write(stream: string, key: string, ...types: string[]): Promise<number> {
  const before = await read();
  const expectedRevision = before.filter((event) => event.stream === stream).length - 1;
  const commandId = `command of ${key}`;
  const actor = { kind: 'person', id: 'operator' } as const;
  const meta = { commandId, actor, correlationId: key, causationId: commandId };
  const events = types.map((type, index) => {
    return { id: `${stream} ${expectedRevision} ${index}`, type, at: '2026-01-01T00:00:00.000Z', data: {}, meta };
  });
  const commit = { stream, expectedRevision, commitId: `${key} ${before.length}`, events };
  const result = await store.append(commit);
  return result.revision;
}

function read(): Promise<readonly RecordedEvent[]> {
  return store.readAll({ limit: 100 });
}

/** What a client wrote down; one after another unless times are given. */
function noted(what: Entry['what'], key: string, answer: Partial<Entry>): void {
  const [sentAt, answeredAt] = [time, time + 1];
  time += 2;
  const standard = { release: 'r', attempts: 1, sentAt, answeredAt, status: 200, code: null, revision: null };
  ledger.write({ what, key, ...standard, ...answer });
}

async function found() {
  return discrepancies(await read(), ledger);
}

describe('holding a log against what clients were told', () => {
  it('finds nothing where each command has its one effect, and each refusal is on record', async () => {
    noted('start', 'a', { revision: await write('release-r', 'a', 'ReleaseStarted.v1', 'WaveOpened.v1') });
    await write('refusal-r', 'b', 'CommandRefused.v1');
    noted('start', 'b', { status: 409, code: 'WRONG_STATE', revision: null });
    noted('submit', 'c', { status: 422, code: 'INVALID_DOCUMENT', release: null });
    expect(await found()).toEqual(NONE);
  });

  it('finds a command that was acknowledged and is not there', async () => {
    noted('start', 'a', { revision: 4 });
    expect(await found()).toMatchObject({ ...NONE, lost: [expect.stringContaining('start r (a)')] });
  });

  it('finds a refusal that is not on record', async () => {
    noted('start', 'a', { status: 409, code: 'WRONG_STATE' });
    expect(await found()).toMatchObject({ ...NONE, lost: [expect.stringContaining('(a)')] });
  });

  it('finds a command that took effect twice', async () => {
    await write('release-r', 'a', 'ReleaseHeld.v1');
    noted('pause', 'a', { revision: await write('release-r', 'a', 'ReleaseHeld.v1') });
    expect(await found()).toMatchObject({ ...NONE, wrong: [expect.stringContaining('took effect 2 times')] });
  });

  it('finds a command that did something more to its release later on, or to another', async () => {
    await write('release-r', 'a', 'ReleaseStarted.v1');
    await write('release-r', 'b', 'ReleaseHeld.v1');
    noted('pause', 'b', { revision: 1 });
    noted('start', 'a', { revision: await write('release-r', 'a', 'WaveOpened.v1') });
    await write('release-s', 'c', 'ReleaseHeld.v1');
    noted('pause', 'c', { revision: 9 });
    const { wrong } = await found();
    expect(wrong).toEqual([expect.stringContaining('(a)'), expect.stringContaining('(c)')]);
  });

  it('finds a refused command that took effect all the same', async () => {
    await write('release-r', 'a', 'ReleaseStarted.v1');
    noted('start', 'a', { status: 409, code: 'REVISION_CONFLICT' });
    const { wrong } = await found();
    expect(wrong).toContainEqual(expect.stringContaining('has left something in the log'));
  });

  it('finds what a person is said to have done and nobody did', async () => {
    await write('release-r', 'z', 'ReleaseStarted.v1');
    expect(await found()).toMatchObject({ ...NONE, unasked: ['release-r: ReleaseStarted.v1'] });
  });

  it('finds a command that stands before one that was acknowledged when it was given', async () => {
    await write('release-r', 'later', 'ReleaseResumed.v1');
    await write('release-r', 'earlier', 'ReleaseHeld.v1');
    noted('pause', 'earlier', { revision: 1 });
    noted('resume', 'later', { revision: 1 });
    expect(await found()).toMatchObject({ ...NONE, overtaken: [expect.stringContaining('resume r (later)')] });
  });

  it('leaves two commands that were under way together in any order', async () => {
    await write('release-r', 'b', 'ReleaseResumed.v1');
    await write('release-r', 'a', 'ReleaseHeld.v1');
    noted('pause', 'a', { revision: 1, sentAt: 0, answeredAt: 10 });
    noted('resume', 'b', { revision: 1, sentAt: 5, answeredAt: 12 });
    expect(await found()).toEqual(NONE);
  });
});
