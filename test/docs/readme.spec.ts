import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY, plan, RULES, readEnvironment, readRelease, readTopology } from '#domain';
import { haproxyConfiguration } from '#traffic';

const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const EXAMPLES = 'docs/guides/examples';

/** The code block that follows a comment naming a file. */
function blockOf(file: string): string | undefined {
  return new RegExp(`<!-- ${file.replaceAll('.', '\\.')} -->\\n\`\`\`\\w*\\n([^]*?)\\n\`\`\``).exec(README)?.[1];
}

function example(name: string): string {
  return readFileSync(join(ROOT, EXAMPLES, name), 'utf8');
}

describe('the README', () => {
  it.each(['release.yaml', 'topology.yaml', 'unit-over-ssh.sh', 'environment.yaml'])('shows %s as it is', (name) => {
    expect(blockOf(`${EXAMPLES}/${name}`)).toBe(example(name).trimEnd());
  });

  it('shows a release that can be planned over its topology, by all three methods, without a finding', () => {
    const release = readRelease(example('release.yaml'), 'release.yaml');
    const topology = readTopology(example('topology.yaml'), 'topology.yaml');
    if (!release.ok || !topology.ok) throw new Error(JSON.stringify({ release, topology }));
    const planned = plan(release.value, topology.value, DEFAULT_POLICY);
    expect(planned).toMatchObject({
      ok: true,
      plan: {
        approval: null,
        findings: [],
        methods: ['intra-cluster', 'inter-cluster-serial', 'inter-cluster-distribution'],
      },
    });
  });

  it('shows an environment that a release can begin in, without a finding, and that HAProxy can be configured for', () => {
    const release = readRelease(example('release-with-staging.yaml'), 'release-with-staging.yaml');
    const topology = readTopology(example('topology.yaml'), 'topology.yaml');
    const environment = readEnvironment(example('environment.yaml'), 'environment.yaml');
    if (!release.ok || !topology.ok || !environment.ok)
      throw new Error(JSON.stringify({ release, topology, environment }));
    expect(plan(release.value, topology.value, DEFAULT_POLICY, environment.value)).toMatchObject({
      ok: true,
      plan: { approval: null, findings: [], staging: { environment: 'checkout-staging' } },
    });
    expect(haproxyConfiguration(environment.value)).toContain('10.9.0.11:8080');
  });

  it('shows how a release is told to begin in staging, and nothing else is different', () => {
    const staged = example('release-with-staging.yaml');
    const part = /^ {2}staging:\n(?: {4}.*\n)+/m.exec(staged)?.[0] ?? '';
    expect(README).toContain(part);
    expect(staged.replace(part, '')).toBe(example('release.yaml'));
  });

  it('says of every rule where it is enforced', () => {
    for (const rule of RULES) expect(README).toContain(`| ${rule} |`);
  });

  it('links only to what is there', () => {
    for (const [, target] of README.matchAll(/\]\((?!http)([^)#]+)[^)]*\)/g)) {
      expect(() => readFileSync(join(ROOT, String(target)))).not.toThrow(/ENOENT/);
    }
  });

  it('names the two commands', () => {
    expect(README).toContain('npm run demo');
    expect(README).toContain('npm test');
  });
});
