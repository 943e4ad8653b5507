import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../spec-support/call.js';
import { RELEASE, TOPOLOGY } from '../spec-support/documents.js';
import { Folder } from '../spec-support/folder.js';
import { ENVIRONMENT, environmentWith, STAGED_RELEASE } from '../spec-support/staging.js';

const golden = (name: string): string => readFileSync(join(import.meta.dirname, 'golden', name), 'utf8');

let folder: Folder;
let topology: string;
let release: string;
let environment: string;
beforeAll(async () => {
  folder = await Folder.make();
  topology = await folder.write('topology.yaml', TOPOLOGY);
  release = await folder.write('release.yaml', STAGED_RELEASE);
  environment = await folder.write('environment.yaml', ENVIRONMENT);
});
afterAll(() => folder.remove());

const TERMINAL = { terminal: { columns: 80, rows: 24 }, env: { NO_COLOR: '1' } };

describe('a plan that begins in staging', () => {
  it('is drawn with staging before the waves: exit code 0', async () => {
    const { exit, out, err } = await call(['plan', '-f', release, '-t', topology, '-e', environment], TERMINAL);
    expect(out).toBe(golden('plan-with-staging.terminal.txt'));
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
  });

  it('has a field of its own in JSON', async () => {
    const { exit, out } = await call(['plan', '-f', release, '-t', topology, '--environment', environment, '--json']);
    expect(exit).toBe(0);
    const { staging, times, ...rest } = JSON.parse(out);
    expect(staging).toEqual({
      environment: 'checkout-staging',
      units: ['stage-a', 'stage-b'],
      traffic: { production: '1%', internal: '100%', mode: 'split' },
      interval: '10m',
    });
    const { staging: none, times: sooner, ...straight } = JSON.parse(golden('plan.json'));
    expect(rest).toEqual(straight);
    expect(times.waves[0]).toEqual({ wave: 0, opensAt: sooner.startAt, overAt: '2026-01-05T10:10:00.000Z' });
    expect(times.waves[1].opensAt).toBe('2026-01-05T10:10:00.000Z');
    expect(none).toBeNull();
  });

  it('is made without the environment too, and says what is not known then', async () => {
    const { exit, out } = await call(['plan', '-f', release, '-t', topology]);
    expect(exit).toBe(0);
    expect(out).toContain('its units are not known here: give it with -e');
    expect(out).toContain('→ plan with the environment at hand: sluice plan -e environment.yaml');
  });

  it('says of mirrored traffic that these are copies', async () => {
    const mirrored = await folder.write('mirrored.yaml', STAGED_RELEASE.replace('1% }', '1%, mode: mirror }'));
    const { out } = await call(['plan', '-f', mirrored, '-t', topology]);
    expect(out).toContain('gets copies of 100% of internal and 1% of production');
  });

  it('notes that an environment was given for nothing', async () => {
    const straight = await folder.write('straight.yaml', RELEASE);
    const { exit, err } = await call(['plan', '-f', straight, '-t', topology, '-e', environment]);
    expect(exit).toBe(0);
    expect(err).toContain('note: the release goes straight to production');
  });
});

describe('an environment that cannot be planned with', () => {
  it('is told with the problems of the other documents, each where it is: exit code 1', async () => {
    const holey = await folder.write('holey.yaml', environmentWith('calls: [prices,', 'calls: [price,'));
    const bad = await folder.write('bad.yaml', STAGED_RELEASE.replace('risk: standard', 'risk: hihg'));
    const { exit, err } = await call(['plan', '-f', bad, '-t', topology, '-e', holey]);
    expect(exit).toBe(1);
    expect(err).toContain(`${bad}:7:9 spec.risk: must be one of standard, high, core`);
    expect(err).toContain(`${holey}:9:15 spec.services[0].calls[0]: the stack has a hole: price is neither`);
  });

  it('is told when it is another one than the release names', async () => {
    const other = await folder.write(
      'other.yaml',
      environmentWith('{ name: checkout-staging }', '{ name: staging-2 }'),
    );
    const { exit, err } = await call(['plan', '-f', release, '-t', topology, '-e', other]);
    expect(exit).toBe(1);
    expect(err).toContain(`${release}:9:27 spec.staging.environment: is checkout-staging, but the environment at hand`);
  });

  it('is told when it shares a unit with production', async () => {
    const shared = await folder.write('shared.yaml', environmentWith('id: stage-b', 'id: eu-1-a'));
    const { exit, err } = await call(['plan', '-f', release, '-t', topology, '-e', shared]);
    expect(exit).toBe(1);
    expect(err).toContain("is not isolated: unit eu-1-a is one of production's too");
  });

  it('cannot come from standard input together with another document', async () => {
    const { exit } = await call(['plan', '-f', '-', '-t', topology, '-e', '-'], { stdin: STAGED_RELEASE });
    expect(exit).toBe(1);
  });
});
