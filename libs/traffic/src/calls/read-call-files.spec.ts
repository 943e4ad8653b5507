import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallSource } from '#domain';
import { type CallPositions, readCallFiles } from './read-call-files.js';
import { LONGEST_LINE } from './read-lines.js';
import { line, numbersOf } from './spec/log-lines.js';

let folder: string;
let one: string;
let other: string;
let sources: CallSource[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-calls-'));
  [one, other] = [join(folder, 'one.log'), join(folder, 'other.log')];
  sources = [{ file: one }, { otlp: true }, { file: other }, { file: one }];
  await writeFile(one, line(0));
  await writeFile(other, line(0));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the files of an environment', () => {
  it('count from the first round on, each of them once', async () => {
    const first = await readCallFiles(sources, {});
    expect(first).toMatchObject({ calls: [], behind: false, unreadable: [] });
    await appendFile(one, line(1));
    await appendFile(other, line(2));
    const second = await readCallFiles(sources, first.positions);
    expect(numbersOf(second.calls)).toEqual([1, 2]);
    expect(numbersOf((await readCallFiles(sources, second.positions)).calls)).toEqual([]);
  });

  it('are read although one of them cannot be, and that one from where it was', async () => {
    const { positions } = await readCallFiles(sources, {});
    await rm(one);
    await appendFile(other, line(2));
    const without = await readCallFiles(sources, positions);
    expect(numbersOf(without.calls)).toEqual([2]);
    expect(without.unreadable).toEqual([`${one} is not there`]);
    await writeFile(one, line(1));
    const again = await readCallFiles(sources, without.positions);
    expect(numbersOf(again.calls)).toEqual([1]);
    expect(again).toMatchObject({
      damaged: 1,
      damages: [expect.stringContaining(`${one}: the file was cut or taken away`)],
    });
  });

  it('share what a round takes, so that a busy one does not keep the others waiting', async () => {
    const path = `/${'x'.repeat(30_000)}`;
    let { positions } = await readCallFiles(sources, {});
    await appendFile(one, Array.from({ length: 12 }, () => line(1, { path })).join(''));
    await appendFile(other, line(2));
    let rounds = 0;
    const seen: number[] = [];
    for (let behind = true; behind; rounds += 1) {
      const round: { positions: CallPositions; behind: boolean; calls: readonly unknown[] } = await readCallFiles(
        sources,
        positions,
        { maxBytes: LONGEST_LINE },
      );
      ({ positions, behind } = round);
      seen.push(round.calls.length);
    }
    expect(seen).toEqual([5, 4, 4]);
    expect(rounds).toBe(3);
  });
});
