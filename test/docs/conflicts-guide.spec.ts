import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  DRIFT_HANDLINGS,
  driftOf,
  plan,
  REFUSAL_CODES,
  type ReadResult,
  readPolicy,
  readRelease,
  readTopology,
} from '#domain';

const GUIDES = join(import.meta.dirname, '../../docs/guides');
const GUIDE = readFileSync(join(GUIDES, 'conflicts.md'), 'utf8');

function example(name: string): string {
  return readFileSync(join(GUIDES, 'examples', name), 'utf8');
}

function blocks(language: string): string[] {
  return [...GUIDE.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\\n\`\`\``, 'g'))].map(([, text = '']) => text);
}

function sound<T>(read: ReadResult<T>): T {
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

describe('the guide to releases side by side', () => {
  const release = sound(readRelease(example('release-that-queues.yaml'), 'release-that-queues.yaml'));
  const topology = sound(readTopology(example('topology.yaml'), 'topology.yaml'));
  const policy = sound(readPolicy(example('policy-with-budgets.yaml'), 'policy-with-budgets.yaml'));

  it('shows what its examples say', () => {
    const [stage = '', budgets = ''] = blocks('yaml');
    expect(example('release-that-queues.yaml')).toContain(stage);
    expect(example('policy-with-budgets.yaml')).toContain(budgets);
  });

  it('shows a release that can be planned over the topology of the README, without what it leaves out', () => {
    const planned = plan(release, topology, policy);
    if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
    expect(planned.plan.findings).toEqual([]);
    expect(new Set(planned.plan.batches.map(({ cluster }) => cluster))).toEqual(new Set(['eu-1', 'us-1']));
    expect(driftOf(release.spec.rollout, planned.plan.batches, topology)).toMatchObject({ added: [], removed: [] });
  });

  it('names every way to handle a change of the topology, and the refusals that there are', () => {
    for (const handling of DRIFT_HANDLINGS) expect(GUIDE).toContain(`| \`${handling}\``);
    const named = [...GUIDE.matchAll(/`([A-Z]+_[A-Z]+)`/g)].map(([, code = '']) => code);
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((code) => !(REFUSAL_CODES as readonly string[]).includes(code))).toEqual([]);
  });

  it('links only to what is there', () => {
    const targets = [...GUIDE.matchAll(/\]\((?!http)([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(GUIDES, target)))).toEqual([]);
  });
});
