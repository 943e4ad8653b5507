import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY, levelAbove, PolicySpec, policyChanges, readPolicy } from '#domain';

const GUIDES = join(import.meta.dirname, '../../docs/guides');
const GUIDE = readFileSync(join(GUIDES, 'approvals.md'), 'utf8');
const EXAMPLE = readFileSync(join(GUIDES, 'examples/policy.yaml'), 'utf8');

function blocks(language: string): string[] {
  return [...GUIDE.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\\n\`\`\``, 'g'))].map(([, text = '']) => text);
}

function example(): PolicySpec {
  const read = readPolicy(EXAMPLE, 'policy.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value.spec;
}

describe('the guide to approvals', () => {
  it('shows the policy of the example, which is sound', () => {
    expect(blocks('yaml')).toEqual([EXAMPLE.trimEnd()]);
    expect(example()).toMatchObject({ people: { core: 2, high: 1 }, holders: { owner: ['otto', 'olive'] } });
  });

  it('shows what of the example is looser, and who has to approve it', () => {
    const looser = policyChanges(DEFAULT_POLICY.spec, example()).filter(({ effect }) => effect === 'looser');
    const [shown = ''] = blocks('text');
    const told = looser.map(({ path, from, to, words }) => {
      return `  ${path}  ${from ?? 'not set'} → ${to}\n    ${words}`;
    });
    const [time = '', ...people] = told;
    expect(shown).toContain(time);
    expect(people.filter((lines) => shown.includes(lines))).toHaveLength(1);
    expect(shown).toContain(`${levelAbove(DEFAULT_POLICY.spec)} has to approve it`);
  });

  it('says of every field of a policy what is looser', () => {
    const [, table = ''] = GUIDE.split('### What is looser');
    const missing = Object.keys(PolicySpec.shape).filter(
      (field) => !new RegExp(`^\\|.*\`${field}\`.*\\|`, 'm').test(table),
    );
    expect(missing).toEqual([]);
  });

  it('links only to what is there', () => {
    const targets = [...GUIDE.matchAll(/\]\((?!http)([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(GUIDES, target)))).toEqual([]);
  });
});
