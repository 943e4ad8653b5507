import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../spec-support/call.js';
import { FREEZE_WINDOW, POLICY, RELEASE, releaseWith, TOPOLOGY } from '../spec-support/documents.js';
import { Folder } from '../spec-support/folder.js';

const golden = (name: string): string => readFileSync(join(import.meta.dirname, 'golden', name), 'utf8');

let folder: Folder;
let topology: string;
let release: string;
/** Its duration and its first batch break rules. */
let hasty: string;
beforeAll(async () => {
  folder = await Folder.make();
  topology = await folder.write('topology.yaml', TOPOLOGY);
  release = await folder.write('release.yaml', RELEASE);
  hasty = await folder.write(
    'hasty.yaml',
    releaseWith('risk: standard', 'risk: high').replace('[1, 100%]', '[50%, 100%]'),
  );
});
afterAll(() => folder.remove());

const NO_COLOUR = { NO_COLOR: '1' };

describe('a plan', () => {
  it('that keeps every rule is drawn in 80 columns: exit code 0', async () => {
    const terminal = { columns: 80, rows: 24 };
    const { exit, out, err } = await call(['plan', '-f', release, '-t', topology], { terminal, env: NO_COLOUR });
    expect(out).toBe(golden('plan.terminal.txt'));
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
  });

  it('that breaks rules shows findings, remedies and the approval that it needs: exit code 2', async () => {
    const terminal = { columns: 80, rows: 24 };
    const { exit, out, err } = await call(['plan', '-f', hasty, '-t', topology], { terminal, env: NO_COLOUR });
    expect(out).toBe(golden('plan-that-blocks.terminal.txt'));
    expect({ exit, err }).toEqual({ exit: 2, err: '' });
  });

  it('comes as plain lines in a pipe, with nothing cut off', async () => {
    const { exit, out } = await call(['plan', '-f', hasty, '-t', topology]);
    expect(out).toBe(golden('plan-that-blocks.pipe.txt'));
    expect(exit).toBe(2);
  });

  it('is in colours on a terminal, without moving anything', async () => {
    const terminal = { columns: 80, rows: 24 };
    const { out } = await call(['plan', '-f', hasty, '-t', topology], { terminal });
    const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    expect(out).toMatch(colours);
    expect(out.replace(colours, '')).toBe(golden('plan-that-blocks.terminal.txt'));
  });

  it('is exactly this JSON for programs', async () => {
    const { exit, out, err } = await call(['plan', '-f', release, '-t', topology, '--json']);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(JSON.parse(out)).toEqual(JSON.parse(golden('plan.json')));
    expect(Object.keys(JSON.parse(out))).toEqual(Object.keys(JSON.parse(golden('plan.json'))));
  });

  it('that breaks rules names the level and the rules in JSON', async () => {
    const { exit, out } = await call(['plan', '-f', hasty, '-t', topology, '--json']);
    const { findings, approval } = JSON.parse(out);
    expect(exit).toBe(2);
    expect(approval).toEqual({ level: 'director', because: ['BAT-3', 'INT-2'] });
    expect(findings).toContainEqual({
      rule: 'INT-2',
      severity: 'block',
      batch: null,
      message: expect.any(String),
      remedy: expect.any(String),
      path: 'spec.interval.default',
      patch: { document: 'release', operations: [{ op: 'add', path: '/spec/interval/default', value: '14m' }] },
    });
  });

  it('is judged by the policy that is given', async () => {
    const strict = await folder.write('strict.yaml', POLICY.replace('minBatches: 3', 'minBatches: 9'));
    const { exit, out } = await call(['plan', '-f', release, '-t', topology, '-p', strict, '--json']);
    expect(exit).toBe(2);
    expect(JSON.parse(out).approval.because).toContain('BAT-2');
  });

  it('shows what is in shadow after the rest, and is not kept by it: exit code 0', async () => {
    const rules = "rules: [{ id: ORG-TAX-2026, when: 'plan.units > 4', message: takes more than four units }]";
    const modes = 'modes: { INT-2: shadow, BAT-3: shadow }';
    const shadow = await folder.write('shadow.yaml', POLICY.replace('minBatches: 3', `${modes}, ${rules}`));
    const asked = await call(['plan', '-f', hasty, '-t', topology, '-p', shadow]);
    expect(asked.exit).toBe(2);
    expect(asked.out).toMatch(
      /\n {2}BLOCKS {2}ORG-TAX-2026 {2}takes more than four units\n.*\n {2}shadow {2}BAT-3 {9}/,
    );
    expect(asked.out).toContain('has to approve an exception: ORG-TAX-2026 blocks');

    const off = await folder.write('off.yaml', POLICY.replace('minBatches: 3', modes));
    const { exit, out } = await call(['plan', '-f', hasty, '-t', topology, '-p', off, '--json']);
    expect(exit).toBe(0);
    expect(JSON.parse(out).findings).toContainEqual(expect.objectContaining({ rule: 'INT-2', mode: 'shadow' }));
    expect(JSON.parse(out).approval).toEqual({ level: 'owner', because: [] });
  });

  it('may take one of its documents from standard input', async () => {
    expect((await call(['plan', '-f', '-', '-t', topology], { stdin: RELEASE })).exit).toBe(0);
    expect((await call(['plan', '-f', release, '-t', '-'], { stdin: TOPOLOGY })).exit).toBe(0);
    expect((await call(['plan', '-f', '-', '-t', '-'], { stdin: RELEASE })).exit).toBe(1);
  });

  it('of other documents than the release names says so', async () => {
    const other = await folder.write(
      'other.yaml',
      releaseWith('topology: production', 'topology: staging\n  policy: strict'),
    );
    const { exit, err } = await call(['plan', '-f', other, '-t', topology]);
    expect(exit).toBe(0);
    expect(err).toContain('the release is for topology staging, this is production');
    expect(err).toContain('the release asks for policy strict, judged by the one that ships');
  });
});

describe('documents that cannot be planned', () => {
  it('show every problem of every one of them, where it is: exit code 1', async () => {
    const badRelease = await folder.write('bad-release.yaml', releaseWith('risk: standard', 'risk: hihg'));
    const badTopology = await folder.write('bad-topology.yaml', TOPOLOGY.replace('{ id: us-2-b }', '{ id: us-2-a }'));
    const badPolicy = await folder.write('bad-policy.yaml', POLICY.replace('minBatches: 3', 'minBatches: 1'));
    const { exit, out, err } = await call(['plan', '-f', badRelease, '-t', badTopology, '-p', badPolicy]);
    expect({ exit, out }).toEqual({ exit: 1, out: '' });
    expect(err.split('\n').slice(1)).toEqual([
      `${badRelease}:7:9 spec.risk: must be one of standard, high, core, did you mean \`high\`?`,
      `${badTopology}:15:67 spec.clusters[1].clusters[1].units[1].id: unit us-2-a is listed already, in cluster us-2`,
      `${badPolicy}:4:21 spec.minBatches: must be at least 2`,
      '',
    ]);
  });

  it('show what is wrong with the expressions of a policy, where it is', async () => {
    const rules =
      "rules: [{ id: ORG-1, when: 'plan.unts > 4', message: x }, { id: ORG-1, when: plan.units, message: x }]";
    const wrong = await folder.write('wrong.yaml', POLICY.replace('minBatches: 3', rules));
    const { exit, err } = await call(['plan', '-f', release, '-t', topology, '-p', wrong]);
    expect(exit).toBe(1);
    expect(err.split('\n').slice(1)).toEqual([
      `${wrong}:4:36 spec.rules[0].when: there is no field unts, did you mean \`units\`? (at character 6)`,
      `${wrong}:4:73 spec.rules[1].id: rule ORG-1 is there already, in spec.rules[0]`,
      `${wrong}:4:86 spec.rules[1].when: must be true or false, this is an int`,
      '',
    ]);
  });

  it('show what is wrong with each of the freeze windows too', async () => {
    const good = await folder.write('weekend.yaml', FREEZE_WINDOW);
    const nowhere = await folder.write('brelin.yaml', FREEZE_WINDOW.replace('Europe/Berlin', 'Europe/Brelin'));
    const endless = await folder.write('endless.yaml', FREEZE_WINDOW.replace('WEEKLY;BYDAY=FR', 'DAILY'));
    const { exit, err } = await call(['plan', '-f', release, '-t', topology, '-z', good, nowhere, endless]);
    expect(exit).toBe(1);
    expect(err.split('\n').slice(1)).toEqual([
      expect.stringMatching(/brelin\.yaml:6:13 spec\.timeZone: there is no time zone .*did you mean `Europe\/Berlin`/),
      expect.stringMatching(/endless\.yaml:9:15 spec\.recurrence: never ends/),
      '',
    ]);
    expect((await call(['plan', '-f', release, '-t', topology, '-z', good])).exit).toBe(0);
  });

  it('show where a release does not fit its topology', async () => {
    const stray = await folder.write('stray.yaml', releaseWith('[eu-1]', '[eu-9]'));
    const { exit, err } = await call(['plan', '-f', stray, '-t', topology]);
    expect(exit).toBe(1);
    expect(err).toContain(`${stray}:10:18 spec.rollout[0].clusters[0]: the topology has no cluster eu-9`);
  });

  it('are a problem document for programs', async () => {
    const stray = await folder.write('stray.yaml', releaseWith('[eu-1]', '[eu-9]'));
    const { exit, out, err } = await call(['plan', '-f', stray, '-t', topology, '--json']);
    expect({ exit, err }).toEqual({ exit: 1, err: '' });
    const place = { source: stray, line: 10, column: 18, path: 'spec.rollout[0].clusters[0]' };
    expect(JSON.parse(out)).toMatchObject({ code: 'INVALID_DOCUMENT', errors: [place] });
  });

  it.each([
    ['nowhere', (path: string) => join(path, 'nowhere.yaml'), 'there is no such file'],
    ['a folder', (path: string) => path, 'it is a folder'],
  ])('are told when a file is %s', async (_what, path, why) => {
    const { exit, err } = await call(['plan', '-f', path(folder.path), '-t', topology]);
    expect(exit).toBe(1);
    expect(err).toContain(`cannot be read: ${why}`);
  });
});
