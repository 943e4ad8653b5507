import { appendFile, copyFile, mkdir, mkdtemp, open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CallPosition, FIRST_CALL } from './call-position.js';
import { type CallRead, type CallReadOptions, readCalls } from './read-calls.js';
import { LONGEST_LINE } from './read-lines.js';
import { line, numbersOf } from './spec/log-lines.js';

const AT_ONCE = { lingerMs: 0 };
let folder: string;
let log: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-calls-'));
  log = join(folder, 'calls.log');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(from: CallPosition | null, options: CallReadOptions = AT_ONCE): Promise<CallRead> {
  const outcome = await readCalls(log, from, options);
  if (!outcome.ok) throw new Error(outcome.why);
  return { ...outcome, position: CallPosition.parse(JSON.parse(JSON.stringify(outcome.position))) };
}

describe('a file of call records', () => {
  it('is read once: what is new since the last time, whole lines alone', async () => {
    await writeFile(log, line(1) + line(2) + line(3).slice(0, 40));
    const first = await read(FIRST_CALL);
    expect(numbersOf(first.calls)).toEqual([1, 2]);
    await appendFile(log, line(3).slice(40) + line(4));
    const second = await read(first.position);
    expect(numbersOf(second.calls)).toEqual([3, 4]);
    expect(numbersOf((await read(second.position)).calls)).toEqual([]);
    expect([first.damaged, second.damaged, second.behind]).toEqual([0, 0, false]);
  });

  it('that is written over from its beginning counts as damaged: nobody knows what calls that hides', async () => {
    await writeFile(log, [1, 2, 3, 4, 5, 6].map((number) => line(number)).join(''));
    const first = await read(FIRST_CALL);
    const writer = await open(log, 'r+');
    await writer.write(line(7) + line(8), 0);
    await writer.close();
    const second = await read(first.position);
    expect(second).toMatchObject({ calls: [], damaged: 1, damage: expect.stringContaining('does not append') });
    expect(await read(second.position)).toMatchObject({ damaged: 0 });
  });

  it('begins at its end: what stands in it belongs to the time before', async () => {
    await writeFile(log, line(1) + line(2).slice(0, 40));
    const end = await read(null);
    await appendFile(log, line(2).slice(40) + line(3));
    expect(numbersOf((await read(end.position)).calls)).toEqual([3]);
  });

  it('that is not there yet is new altogether when it comes', async () => {
    const none = await readCalls(log, null, AT_ONCE);
    expect(none).toMatchObject({ ok: false, why: 'is not there' });
    await writeFile(log, line(1));
    expect(numbersOf((await read(none.position)).calls)).toEqual([1]);
  });

  it('that cannot be read is said to be so, and read on from where it was', async () => {
    await mkdir(log);
    expect(await readCalls(log, FIRST_CALL)).toMatchObject({ ok: false, position: FIRST_CALL });
    expect(await readCalls(join(log, 'x', 'y'), FIRST_CALL)).toMatchObject({ ok: false, why: 'is not there' });
    await expect(readCalls(`${log}\0`, FIRST_CALL)).rejects.toThrow('null bytes');
  });

  it('counts lines that cannot be read, and says what is wrong with the first', async () => {
    await writeFile(log, `${line(1)}{"at":\n\n${line(2, { status: 'none' })}${line(3)}null\n`);
    const { calls, damaged, damage } = await read(FIRST_CALL);
    expect(numbersOf(calls)).toEqual([1, 3]);
    expect(damaged).toBe(3);
    expect(damage).toBe(`the line at byte ${line(1).length} is no JSON`);
  });

  it('passes over what HAProxy says of itself', async () => {
    await writeFile(log, `${line(1)}Proxy edge stopped (cumulated conns: FE: 12, BE: 0).\n${line(2)}`);
    const { calls, damaged } = await read(FIRST_CALL);
    expect([numbersOf(calls), damaged]).toEqual([[1, 2], 0]);
  });

  it('counts a line that is too long as one, however it is read', async () => {
    const long = line(2, { path: `/${'x'.repeat(3 * LONGEST_LINE)}` });
    await writeFile(log, line(1) + long + line(3));
    for (const maxBytes of [1, LONGEST_LINE * 2, LONGEST_LINE * 8]) {
      let position: CallPosition = FIRST_CALL;
      const found = { numbers: [] as number[], damaged: 0 };
      for (let behind = true; behind; ) {
        const next = await read(position, { ...AT_ONCE, maxBytes });
        found.numbers.push(...numbersOf(next.calls));
        found.damaged += next.damaged;
        ({ position, behind } = next);
      }
      expect(found).toEqual({ numbers: [1, 3], damaged: 1 });
    }
  });
});

describe('a file of call records that was rotated', () => {
  it('is read to its end first, wherever the rest of it went', async () => {
    await writeFile(log, line(1));
    const { position } = await read(FIRST_CALL);
    await appendFile(log, line(2));
    await rename(log, `${log}.1`);
    const rest = await read(position);
    expect(numbersOf(rest.calls)).toEqual([2]);
    await writeFile(log, line(3));
    const next = await read(rest.position);
    expect(numbersOf(next.calls)).toEqual([3]);
    expect(next.damaged).toBe(0);
  });

  it('is not left while it is written to', async () => {
    await writeFile(log, line(1));
    const { position } = await read(FIRST_CALL);
    await rename(log, `${log}.1`);
    await writeFile(log, line(3));
    const patient = await read(position, { lingerMs: 60_000 });
    expect(numbersOf(patient.calls)).toEqual([]);
    await appendFile(`${log}.1`, line(2));
    const late = await read(patient.position, { lingerMs: 60_000 });
    expect(numbersOf(late.calls)).toEqual([2]);
    expect(numbersOf((await read(late.position)).calls)).toEqual([3]);
  });

  it('is found by what stands in it where it was copied and cut', async () => {
    await writeFile(log, line(1));
    const { position } = await read(FIRST_CALL);
    await appendFile(log, line(2));
    await copyFile(log, `${log}.1`);
    await truncate(log, 0);
    await appendFile(log, line(3, { method: 'POST' }) + line(4) + line(5));
    const rest = await read(position);
    const next = await read(rest.position);
    expect([...numbersOf(rest.calls), ...numbersOf(next.calls)]).toEqual([2, 3, 4, 5]);
    expect(rest.damaged + next.damaged).toBe(0);
  });

  it('and is gone counts as damaged: nobody knows what was in it', async () => {
    await writeFile(log, line(1));
    const { position } = await read(FIRST_CALL);
    await rm(log);
    await writeFile(log, line(2) + line(3));
    const next = await read(position);
    expect(numbersOf(next.calls)).toEqual([2, 3]);
    expect(next).toMatchObject({ damaged: 1, damage: 'the file was cut or taken away before its end was read' });
  });

  it('twice since it was read counts as damaged', async () => {
    await writeFile(log, line(1));
    const { position } = await read(FIRST_CALL);
    await rename(log, `${log}.2`);
    await writeFile(`${log}.1`, line(2));
    await writeFile(log, line(3));
    expect(await read(position)).toMatchObject({ damaged: 1 });
  });

  it('in the middle of a line counts that as damaged', async () => {
    await writeFile(log, line(1) + line(2).slice(0, 9));
    const { position } = await read(FIRST_CALL);
    await rename(log, `${log}.1`);
    await writeFile(log, line(3));
    const next = await read(position);
    expect(numbersOf(next.calls)).toEqual([3]);
    expect(next.damaged).toBe(1);
  });
});

describe('any history of a file of call records', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), bytes: fc.integer({ min: 1, max: 700 }) }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('read' as const), maxBytes: fc.integer({ min: 1, max: 500_000 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('rename' as const, 'copy and cut' as const) }) },
  );

  it('loses no record and reads none twice, read at any time, written in any pieces, rotated by a writer that keeps lines whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const own = await mkdtemp(join(folder, 'any-'));
        log = join(own, 'calls.log');
        await writeFile(log, '');
        const stream = Buffer.from(Array.from({ length: 200 }, (_, i) => line(i)).join(''));
        let written = 0;
        let rotations = 0;
        let position: CallPosition = FIRST_CALL;
        const seen: number[] = [];
        let damaged = 0;
        const readOn = async (maxBytes?: number): Promise<boolean> => {
          const next = await read(position, maxBytes === undefined ? AT_ONCE : { ...AT_ONCE, maxBytes });
          seen.push(...numbersOf(next.calls));
          damaged += next.damaged;
          const moved = JSON.stringify(next.position) !== JSON.stringify(position);
          position = next.position;
          return moved;
        };
        const write = async (end: number): Promise<void> => {
          await appendFile(log, stream.subarray(written, end));
          written = Math.max(written, end);
        };
        for (const each of steps) {
          if (each.do === 'write') await write(Math.min(stream.length, written + each.bytes));
          else if (each.do === 'read') await readOn(each.maxBytes);
          else {
            // A reader comes by at least once between two rotations, and writers finish their lines.
            await write(stream.indexOf(10, written) + 1);
            for (let moved = true; moved; ) moved = await readOn();
            await write(stream.indexOf(10, written) + 1);
            rotations += 1;
            if (each.do === 'rename') await rename(log, `${log}.${rotations}`);
            else await copyFile(log, `${log}.${rotations}`);
            await writeFile(log, '');
          }
        }
        await write(stream.indexOf(10, Math.max(0, written - 1)) + 1);
        for (let moved = true; moved; ) moved = await readOn();
        const lines = stream.subarray(0, written).toString().split('\n').length - 1;
        expect(seen).toEqual(Array.from({ length: lines }, (_, i) => i));
        expect(damaged).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
