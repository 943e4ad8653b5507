import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlannedBatch, Timetable } from '#domain';
import { call } from '../spec-support/call.js';
import { RELEASE, releaseWith, TOPOLOGY, topologyOf } from '../spec-support/documents.js';
import { Folder } from '../spec-support/folder.js';
import { type Line, painted } from '../text/line.js';
import type { Look } from '../text/look.js';
import { batchLines } from './batch-lines.js';
import { wavesText } from './waves-text.js';

const golden = (name: string): string => readFileSync(join(import.meta.dirname, 'golden', name), 'utf8');
const TERMINAL = { terminal: { columns: 80, rows: 24 }, env: { NO_COLOR: '1' } };

let folder: Folder;
let topology: string;
let release: string;
beforeAll(async () => {
  folder = await Folder.make();
  topology = await folder.write('topology.yaml', TOPOLOGY);
  release = await folder.write('release.yaml', RELEASE);
});
afterAll(() => folder.remove());

describe('the times of a plan', () => {
  it.each(['2026-12-24T23:30:00Z', '2026-12-25T00:30:00+01:00', '2026-12-24 23:30', '2026-12-24T23:30'])(
    'are those of a start at %s, with the day where it is another one',
    async (at) => {
      const { exit, out } = await call(['plan', '-f', release, '-t', topology, '--at', at], TERMINAL);
      expect(exit).toBe(0);
      expect(out).toContain('wave 1  █░░░░░░░░░   13 %  opens 23:30:00Z, over 23:50:00Z\n');
      expect(out).toContain('wave 2  █████░░░░░   50 %  opens 23:50:00Z, over 2026-12-25 00:00:00Z\n');
      expect(out).toContain('wave 3  ████████░░   75 %  opens 2026-12-25 00:00:00Z, over 00:10:00Z\n');
      expect(out).toContain('times     from 2026-12-24 23:30:00Z to 2026-12-25 00:20:00Z, if nothing holds it\n');
    },
  );

  it('may begin with a day', async () => {
    const { out } = await call(['plan', '-f', release, '-t', topology, '--at', '2026-12-24', '--json']);
    expect(JSON.parse(out).times).toMatchObject({ startAt: '2026-12-24T00:00:00.000Z' });
  });

  it.each(['tomorrow', '5', '17:00', '2026-02-30', '2026-12-24T25:00:00Z', '2026-12-24T17:00:00 CET', ''])(
    'cannot be those of a start at "%s": exit code 1',
    async (at) => {
      const { exit, out, err } = await call(['plan', '-f', release, '-t', topology, '--at', at]);
      expect({ exit, out }).toEqual({ exit: 1, out: '' });
      expect(err).toContain(`${JSON.stringify(at)} is not a time; write it as 2026-01-05T10:04:05Z`);
    },
  );
});

describe('intervals that adapt', () => {
  it('are told by their rule, in one sentence', async () => {
    const rule = 'default: 10m, adaptive: { min: 5m, max: 1h, after: 3 } }';
    const adaptive = await folder.write('adaptive.yaml', releaseWith('default: 10m }', rule));
    const { out } = await call(['plan', '-f', adaptive, '-t', topology]);
    expect(out).toContain(
      'intervals from 10m: after 3 clean batches in a row half as long, not under 5m; after one held or undecided ' +
        'twice as long, up to 1h; what the policy asks for is kept all the same\n',
    );
    expect(out).toContain('to 10:50:00Z, if nothing holds it and no interval adapts\n');
    const eager = await folder.write('eager.yaml', releaseWith('default: 10m }', rule.replace(', after: 3', '')));
    expect((await call(['plan', '-f', eager, '-t', topology])).out).toContain('from 10m: after each clean batch half');
    expect((await call(['plan', '-f', release, '-t', topology])).out).not.toContain('intervals');
  });
});

describe('a large plan', () => {
  let many: string;
  let large: string;
  beforeAll(async () => {
    many = await folder.write('many.yaml', topologyOf(31));
    const rollout = releaseWith('[eu-1]', '[zone-1]').replace('{ kind: zone, in: us }', '{ labels: { role: usual } }');
    const steps = rollout.replace(
      'order: parallel\n      batches: [1,',
      'order: parallel\n      maxParallel: 6\n      batches: [1, 25%, 50%,',
    );
    large = await folder.write('large.yaml', steps);
  });

  it('loses its middle on a terminal: waves, and batches of a wave', async () => {
    const { exit, out } = await call(['plan', '-f', large, '-t', many], TERMINAL);
    expect(exit).toBe(0);
    expect(out).toBe(golden('large-plan.terminal.txt'));
  });

  it('comes whole in a pipe, a batch on each line', async () => {
    const { out } = await call(['plan', '-f', large, '-t', many]);
    const rows = out.split('\n').filter((line) => /zone-\d+\.\d/.test(line));
    expect(rows).toHaveLength(2 + 30 * 4);
    expect(rows.at(-1)).toMatch(
      /^ +22 {2}zone-31\.4 {2}zone-31 .* z31-12 .*100 % {2}2026-01-05 13:40:00Z {2}2026-01-05 13:50:00Z$/,
    );
  });
});

describe('a freeze that a wave waits for', () => {
  const batch = (wave: number): PlannedBatch => ({
    id: `eu-1.${wave}`,
    wave,
    cluster: 'eu-1',
    units: [{ id: `eu-1-${wave}`, driver: 'exec' }],
    interval: '10m',
    cumulativeUnits: wave,
    cumulativeShare: wave / 2,
  });
  const until = '2026-01-07T00:00:00.000Z';
  const times: Timetable = {
    startAt: '2026-01-05T10:00:00.000Z',
    waves: [
      { wave: 1, opensAt: '2026-01-05T10:00:00.000Z', overAt: '2026-01-05T10:10:00.000Z' },
      { wave: 2, opensAt: until, overAt: '2026-01-07T00:10:00.000Z', waits: { window: 'sale', until } },
    ],
    overAt: '2026-01-07T00:10:00.000Z',
  };
  const look: Look = { terminal: true, colour: false, width: 80, height: 24 };
  const plain = (lines: readonly Line[]) => lines.map((line) => painted(line, look));

  it('is named below the wave on a terminal', () => {
    expect(plain(wavesText([batch(1), batch(2)], times, look)).slice(2)).toEqual([
      'wave 1  █████░░░░░   50 %  opens 10:00:00Z, over 10:10:00Z',
      '        eu-1.1  eu-1         1  eu-1-1       10m',
      'wave 2  ██████████  100 %  opens 2026-01-07 00:00:00Z, over 00:10:00Z',
      '        waits for freeze sale until 2026-01-07 00:00:00Z',
      '        eu-1.2  eu-1         1  eu-1-2       10m',
    ]);
  });

  it('has a column of its own in a pipe', () => {
    const pipe = { ...look, terminal: false, width: Number.POSITIVE_INFINITY };
    const [heads, first, second] = plain(batchLines([batch(1), batch(2)], times, pipe));
    expect(heads).toMatch(/OVER +WAITS$/);
    expect(first).toMatch(/ 2026-01-05 10:10:00Z$/);
    expect(second).toMatch(/ 2026-01-07 00:10:00Z {2}waits for freeze sale until 2026-01-07 00:00:00Z$/);
  });
});
