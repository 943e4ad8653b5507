import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  CONFLICT_RULE,
  DEFAULT_POLICY,
  DRIFT_RULE,
  FREEZE_RULE,
  plan,
  RULE_REFERENCE,
  RULES,
  readPolicy,
  readRelease,
  readTopology,
  VARIABLES,
} from '#domain';
import { files } from '../../deploy/docs/policy.mjs';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'docs/guides/examples');
const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const example = (name: string): string => readFileSync(join(EXAMPLES, name), 'utf8');

describe('the reference of policies', () => {
  it('is what the schemas and the rules say; npm run docs writes it anew', () => {
    for (const [path, current] of files()) {
      const stale = text(path) === current ? [] : [`${path} is not current: npm run docs`];
      expect(stale).toEqual([]);
    }
  });

  it('has every rule once, in its order', () => {
    expect(RULE_REFERENCE.map(({ rule }) => rule)).toEqual([...RULES, FREEZE_RULE, CONFLICT_RULE, DRIFT_RULE]);
  });

  it.each(RULE_REFERENCE.map((reference) => [reference.rule, reference] as const))(
    'names files of %s that there are, and tests that are named after it',
    (rule, { planned, running, tests }) => {
      expect([...planned, ...running, ...tests].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
      expect(tests.filter((path) => !text(path).includes(rule))).toEqual([]);
    },
  );

  it('has a test for every rule that is checked or enforced anywhere', () => {
    const untested = RULE_REFERENCE.filter(({ planned, running, tests }) => {
      return planned.length + running.length > 0 && tests.length === 0;
    });
    expect(untested).toEqual([]);
  });

  it('links only to what is there', () => {
    const [[path, page] = ['', '']] = [...files()];
    const targets = [...page.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(40);
    expect(targets.filter((target) => !existsSync(join(ROOT, path, '..', target)))).toEqual([]);
  });
});

/** A change of the example of a release that breaks a rule of the example of a policy. */
const BREAKING: Readonly<Record<string, readonly [string, string]>> = {
  'ORG-1': ['risk: standard', 'risk: core'],
  'ORG-2': ['batches: [1, 50%, 100%]', 'batches: [100%]'],
  'ORG-3': ['first: 20m', 'first: 10m'],
  'ORG-4': ['default: 10m', 'default: 3h'],
  'ORG-5': ['service: checkout', 'service: payments-ledger'],
  'ORG-6': ['batches: [1, 50%, 100%]', 'batches: [1, 100%]'],
  'ORG-7': ['retries: 3', 'retries: 6'],
};

describe('the policy of the examples', () => {
  const read = readPolicy(example('policy-with-rules.yaml'), 'policy.yaml');
  const policy = read.ok ? read.value : DEFAULT_POLICY;
  /** With more units in the first cluster: ORG-6 is about large ones, ORG-3 about small shares. */
  const larger = Array.from({ length: 8 }, (_, i) => `            - { id: eu-1-more-${i} }\n`).join('');
  const topology = example('topology.yaml').replace(/( {12}- \{ id: eu-1-d.*\n)/, `$1${larger}`);

  function found(change: readonly [string, string] = ['', '']): string[] {
    const release = readRelease(example('release.yaml').replace(...change), 'release.yaml');
    const units = readTopology(topology, 'topology.yaml');
    if (!release.ok || !units.ok) throw new Error(JSON.stringify({ release, units }));
    const planned = plan(release.value, units.value, policy);
    return planned.ok
      ? planned.plan.findings.map(({ rule, mode }) => (mode ? `${rule} in ${mode}` : rule))
      : ['refused'];
  }

  it('is sound, and the release of the examples keeps its own rules', () => {
    expect(read).toMatchObject({ ok: true });
    expect(found()).toEqual([]);
  });

  it.each((policy.spec.rules ?? []).map(({ id, mode }) => [id, mode]))(
    'has a rule %s that can be broken',
    (id, mode) => {
      const change = BREAKING[id] ?? ['', ''];
      expect(example('release.yaml')).toContain(change[0]);
      expect(found(change)).toContain(mode === 'shadow' ? `${id} in shadow` : id);
    },
  );

  it('is what the README shows a part of', () => {
    const [part = ''] = /^ {2}modes: [\s\S]*?(?=\n```)/m.exec(text('README.md')) ?? [];
    expect(part).toContain('ORG-1');
    expect(example('policy-with-rules.yaml')).toContain(part);
  });

  it('looks at every variable', () => {
    const expressions = (policy.spec.rules ?? []).map(({ when }) => when).join('\n');
    expect(Object.keys(VARIABLES).filter((name) => !expressions.includes(name))).toEqual([]);
  });
});
