import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dump, load } from 'js-yaml';
import { applyPatch } from 'rfc6902';
import type { Finding, Patch } from '#domain';
import { call } from '../spec-support/call.js';
import { TOPOLOGY } from '../spec-support/documents.js';
import { Folder } from '../spec-support/folder.js';
import { environmentWith } from '../spec-support/staging.js';
import { suggestionLines } from './suggestions.js';

/** It leaves to its defaults whatever it can, and keeps few of the rules. */
const HASTY = `apiVersion: sluice/v1
kind: Release
metadata: { name: checkout-2.4.0 }
spec:
  service: checkout
  version: "2.4.0"
  risk: core
  topology: production
  rollout:
    - clusters: [eu-1]
      batches: [75%, 100%]
    - clusters: { kind: zone, in: us }
      order: parallel
      maxParallel: 2
      batches: [100%]
  reason: Ships the new tax table
`;
const STAGED = HASTY.replace('  rollout:', '  staging: { environment: checkout-staging }\n  rollout:');
const policy = (spec: string) => `apiVersion: sluice/v1\nkind: Policy\nmetadata: { name: default }\nspec: ${spec}\n`;

let folder: Folder;
let topology: string;
let hasty: string;
beforeAll(async () => {
  folder = await Folder.make();
  topology = await folder.write('topology.yaml', TOPOLOGY);
  hasty = await folder.write('hasty.yaml', HASTY);
});
afterAll(() => folder.remove());

/** What comes after the heading, with files by their last names. */
function suggestionsIn(out: string): string[] {
  const lines = out.replaceAll(`${folder.path}/`, '').split('\n');
  return lines.slice(lines.findIndex((line) => line.startsWith('suggestions')) + 1, -1);
}

describe('sluice plan --suggest', () => {
  it('shows for each finding the change that would remove it: still exit code 2', async () => {
    const { exit, out } = await call(['plan', '-f', hasty, '-t', topology, '--suggest']);
    expect(exit).toBe(2);
    expect(suggestionsIn(out)).toEqual([
      '  BAT-3 eu-1.1',
      '      in hasty.yaml',
      '      set spec.rollout[0].batches to [1, 100%]',
      '  BAT-3 eu-1.2',
      '      in hasty.yaml',
      '      set spec.rollout[0].batches to [50%, 100%]',
      '  INT-4 eu-1.1',
      '      in hasty.yaml',
      '      set spec.interval to {default: 10m, first: 20m}',
      '  OBS-1',
      '      in hasty.yaml',
      '      set spec.validate to [{name: second-look, confirm: {role: operator, people: 1}}]',
    ]);
  });

  it('is the plan as ever when there is nothing to suggest', async () => {
    const slow = HASTY.replace('75%', '1').replace(
      '  reason',
      '  interval: { first: 20m }\n  validate: [{ name: look, confirm: {} }]\n  reason',
    );
    const release = await folder.write('slow.yaml', slow.replace('core', 'standard'));
    const plain = await call(['plan', '-f', release, '-t', topology]);
    expect(await call(['plan', '-f', release, '-t', topology, '--suggest'])).toEqual(plain);
    expect(plain.exit).toBe(0);
  });

  it('says what only the author can know, and when no change would do', async () => {
    const only = await folder.write('files.yaml', policy('{ minBatches: 9, validation: { deployment: [file] } }'));
    const { out } = await call(['plan', '-f', hasty, '-t', topology, '-p', only, '--suggest']);
    const lines = suggestionsIn(out);
    expect(lines).toContain('      to fill in: spec.validate[0].file.sha256, which nobody but you can know');
    const none = lines.indexOf('  BAT-2, BAT-4');
    expect(lines[none + 1]).toBe('      no change of the documents would do');
    expect(out).toContain('→ 8 units cannot be phased into 9 batches: have it approved by director');
  });

  it('names the file that is to be changed, whichever it is, or the document when it has no name', async () => {
    const release = await folder.write('staged.yaml', STAGED);
    const bare = await folder.write('bare.yaml', TOPOLOGY.replace(/ {2}drivers:.*\n/, ''));
    const blind = environmentWith('calls: [{ file: /var/log/haproxy/calls.ndjson }]', 'calls: []');
    const { out } = await call(['plan', '-f', release, '-t', bare, '-e', '-', '--suggest'], { stdin: blind });
    const lines = suggestionsIn(out);
    expect(lines.join('\n')).toContain(
      ['  STG-2 staging', '      in the environment', '      set spec.calls to [{otlp: true}]'].join('\n'),
    );
    expect(lines.join('\n')).toContain(
      [
        '  RBK-1',
        '      in bare.yaml',
        '      set spec.drivers to {exec: {inspect: [/path/to/inspect], deploy: [/path/to/deploy]}}',
        '      to fill in: spec.drivers.exec.inspect, which nobody but you can know',
      ].join('\n'),
    );
  });

  it('shows on a terminal the first of many changes, in a pipe all of them', async () => {
    const all = TOPOLOGY.replaceAll(/\{ id: (\S+) \}/g, '{ id: $1, driver: teleport }');
    const fleet = await folder.write(
      'fleet.yaml',
      all.replace('{ id: us-2-b', '{ id: us-2-c, driver: teleport }, { id: us-2-b'),
    );
    const terminal = { terminal: { columns: 80, rows: 24 }, env: { NO_COLOR: '1' } };
    const { out } = await call(['plan', '-f', hasty, '-t', fleet, '--suggest'], terminal);
    expect(out).toContain('      … and 1 more like these; --json has them all');
    const inPipe = await call(['plan', '-f', hasty, '-t', fleet, '--suggest']);
    expect(suggestionsIn(inPipe.out).filter((line) => line.endsWith('.driver to exec'))).toHaveLength(9);
    for (const line of suggestionsIn(out)) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('leaves JSON as it is: the patches are in it anyway', async () => {
    const plain = await call(['plan', '-f', hasty, '-t', topology, '--json']);
    expect(await call(['plan', '-f', hasty, '-t', topology, '--json', '--suggest'])).toEqual(plain);
  });

  it('has an example in the help', async () => {
    expect((await call(['plan', '--help'])).out).toContain('--suggest');
  });
});

describe('a suggestion in words', () => {
  const NAMES = { release: 'r.yaml', topology: 't.yaml', policy: 'p.yaml', environment: 'e.yaml' };
  const LOOK = { terminal: false, colour: false, width: Number.POSITIVE_INFINITY, height: 24 };
  const found = (rule: string, more: Partial<Finding>): Finding => {
    return { rule, severity: 'block', batch: null, message: 'm', remedy: 'r', ...more };
  };
  const textOf = (findings: readonly Finding[]): string[] =>
    suggestionLines(findings, NAMES, LOOK).map((line) =>
      line
        .map(({ text }) => text)
        .join('')
        .trim(),
    );

  it('tells what is set, added to a list and removed, with places as people write them', () => {
    const operations: Patch['operations'] = [
      { op: 'add', path: '/spec/interval/batches/eu~1a.1', value: '20m' },
      { op: 'add', path: '/spec/validate/-', value: { name: 'look', confirm: {} } },
      { op: 'remove', path: '/spec/rollout/0/maxParallel' },
    ];
    const patch: Patch = { document: 'release', operations };
    const [, , , ...lines] = textOf([found('INT-1', { batch: 'a.1', patch }), found('INT-1', { batch: 'a.2', patch })]);
    expect(lines).toEqual([
      'in r.yaml',
      'set spec.interval.batches["eu/a.1"] to 20m',
      'add to spec.validate: {name: look, confirm: {}}',
      'remove spec.rollout[0].maxParallel',
    ]);
  });

  it('stands below all findings that the same change removes', () => {
    const patch: Patch = { document: 'release', operations: [{ op: 'remove', path: '/spec/interval/first' }] };
    const findings = [
      found('INT-1', { batch: 'a.1', patch }),
      found('INT-4', { batch: 'a.1', patch }),
      found('INT-1', { batch: 'a.2', patch }),
    ];
    expect(textOf(findings)[2]).toBe('INT-1 a.1 a.2, INT-4 a.1');
  });

  it('does not claim of a rule of the organisation that no change would do', () => {
    expect(textOf([found('ORG-1', {})]).at(-1)).toBe('which change of the documents would do is not known here');
    expect(textOf([found('BAT-4', {})]).at(-1)).toBe('no change of the documents would do');
  });
});

describe('the patches of sluice plan --json', () => {
  type Files = Record<string, unknown>;

  /** The documents as they were written, before anything is filled in. */
  async function planned(files: Files): Promise<{ exit: number; findings: Finding[]; out: string }> {
    const paths: string[] = [];
    for (const [kind, option] of Object.entries({ release: '-f', topology: '-t', policy: '-p', environment: '-e' }))
      if (files[kind])
        paths.push(option, await folder.write(`${kind}.patched.yaml`, dump(files[kind], { noRefs: true })));
    const { exit, out } = await call(['plan', ...paths, '--json']);
    return { exit, findings: JSON.parse(out).findings, out };
  }

  /** Only what came from outside is changed: a patch is JSON by then. */
  function patched(files: Files, { patch }: Finding): Files {
    if (!patch) throw new Error('there is no patch');
    const document = JSON.parse(JSON.stringify(files[patch.document]));
    const operations = patch.operations.map(({ op, path, value }) =>
      op === 'remove' ? { op, path } : { op, path, value },
    );
    expect(applyPatch(document, operations).filter((error) => error !== null)).toEqual([]);
    return { ...files, [patch.document]: document };
  }

  const CASES: readonly [string, Files][] = [
    ['a release that leaves everything to its defaults', { release: load(HASTY), topology: load(TOPOLOGY) }],
    [
      'a strict policy',
      {
        release: load(HASTY),
        topology: load(TOPOLOGY),
        policy: load(
          policy(
            '{ minBatches: 6, firstBatch: { severity: block }, validation: { deployment: [file], acceptable: [metric] }, staging: { required: [core] } }',
          ),
        ),
      },
    ],
    [
      'staging in an environment that nobody can see into, over a topology without drivers',
      {
        release: load(STAGED),
        topology: load(TOPOLOGY.replace(/ {2}drivers:.*\n/, '')),
        environment: load(
          environmentWith('calls: [{ file: /var/log/haproxy/calls.ndjson }]', 'calls: []').replace(
            / {2}internal:.*\n/,
            '',
          ),
        ),
      },
    ],
  ];

  it.each(CASES)('each remove their finding from the documents as they were written: %s', async (_, files) => {
    const { exit, findings } = await planned(files);
    expect(exit).toBe(2);
    for (const finding of findings) {
      const { rule, batch, path } = finding;
      const after = await planned(patched(files, finding));
      expect(
        after.findings.filter((other) => other.rule === rule && other.batch === batch && other.path === path),
      ).toEqual([]);
    }
  });

  it.each(CASES)('lead, one after another, to a plan that breaks no rule: %s', async (_, files) => {
    let [now, steps] = [files, 0];
    for (let plan = await planned(now); plan.findings.some(({ patch }) => patch); plan = await planned(now)) {
      const next = plan.findings.find(({ patch }) => patch);
      if (next) now = patched(now, next);
      expect(++steps).toBeLessThan(20);
    }
    const { exit, findings } = await planned(now);
    expect({ exit, blocking: findings.filter(({ severity }) => severity === 'block') }).toEqual({
      exit: 0,
      blocking: [],
    });
  });
});
