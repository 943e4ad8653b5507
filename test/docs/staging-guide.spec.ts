import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  EnvironmentSpec,
  GatewayApiRouter,
  HaproxyRouter,
  NginxRouter,
  Router,
  readEnvironment,
  readPolicy,
  StackService,
} from '#domain';
import { CallRecord, ClosedLoop } from '#traffic';

const GUIDES = join(import.meta.dirname, '../../docs/guides');
const GUIDE = readFileSync(join(GUIDES, 'staging.md'), 'utf8');

function example(name: string): string {
  return readFileSync(join(GUIDES, 'examples', name), 'utf8');
}

function blocks(language: string): string[] {
  return [...GUIDE.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\\n *\`\`\``, 'g'))].map(([, text = '']) => text);
}

describe('the guide to staging', () => {
  it('shows how a release asks for it as the example does', () => {
    expect(blocks('yaml')).toHaveLength(1);
    expect(example('release-with-staging.yaml')).toContain(blocks('yaml')[0]);
  });

  it('shows what a policy can ask for in words that a policy takes', () => {
    const [, part = ''] = /`(staging: \{ required: .*? \})`/.exec(GUIDE) ?? [];
    const policy = `apiVersion: sluice/v1\nkind: Policy\nmetadata: { name: default }\nspec:\n  ${part}\n`;
    const read = readPolicy(policy, 'policy.yaml');
    expect(read).toMatchObject({ ok: true, value: { spec: { staging: { maxProduction: '5%' } } } });
  });

  it('shows a record of a call that stays inside the environment of the example', () => {
    const environment = readEnvironment(example('environment.yaml'), 'environment.yaml');
    if (!environment.ok) throw new Error(JSON.stringify(environment));
    const record = CallRecord.parse(JSON.parse(blocks('json')[0] ?? ''));
    const judged = new ClosedLoop(environment.value.spec).add(record);
    expect(judged).toEqual({ kind: 'inside', caller: 'checkout', service: 'prices' });
  });

  it.each([
    ['an environment', EnvironmentSpec.shape],
    ['a service', StackService.shape],
    ['a router', Router.shape],
    ['HAProxy', HaproxyRouter.shape],
    ['nginx', NginxRouter.shape],
    ['a Gateway API', GatewayApiRouter.shape],
    ['a record of a call', CallRecord.shape],
  ])('names every field of %s', (_, shape) => {
    const missing = Object.keys(shape).filter(
      (field) => !new RegExp(`\`(services\\[\\]\\.)?${field}\`|\`\\{ ${field}`).test(GUIDE),
    );
    expect(missing).toEqual([]);
  });

  it('links only to what is there', () => {
    const targets = [...GUIDE.matchAll(/\]\((?!http)([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(2);
    expect(targets.filter((target) => !existsSync(join(GUIDES, target)))).toEqual([]);
  });

  it('links only to headings that it has', () => {
    const headings = [...GUIDE.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text.toLowerCase().replaceAll(' ', '-'));
    const anchors = [...GUIDE.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });
});
